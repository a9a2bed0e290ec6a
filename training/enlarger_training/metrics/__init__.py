"""How much two images differ: PSNR, SSIM, MS-SSIM, and the literature's protocol."""
