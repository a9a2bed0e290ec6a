"""Degrades images as cameras and the web do, so that training resembles real images.

The order and the ranges follow the second-order scheme of Real-ESRGAN (Wang et
al. 2021): blur, resampling, noise and JPEG, twice over, with ringing at the end.
"""
