"""How far two images are apart: PSNR, SSIM, MS-SSIM, and the literature's protocol."""
