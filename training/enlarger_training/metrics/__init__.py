"""How far two pictures are apart: PSNR, SSIM, MS-SSIM, and the literature's protocol."""
