/** The formats that the program writes. */
export const OUTPUT_FORMATS = ['jpeg', 'png', 'webp', 'avif', 'tiff', 'jxl', 'gif'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];
