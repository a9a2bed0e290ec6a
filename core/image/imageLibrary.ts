import { sharp } from './sharpLoader.ts';

/** Versions of the libraries that decode and encode. */
export function imageLibraryVersions(): { readonly sharp: string; readonly libvips: string } {
  return { sharp: sharp.versions.sharp, libvips: sharp.versions.vips };
}

/** Small valid files of formats that libvips knows and the program must never read. */
const UNWANTED: readonly { readonly format: string; readonly text: string }[] = [
  { format: 'SVG', text: '<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"/>' },
  { format: 'PPM', text: 'P3\n1 1\n255\n1 2 3\n' },
  { format: 'Radiance', text: '#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 1 +X 1\n\0\0\0\0' },
];

/**
 * Tries the loaders that have to be disabled.
 *
 * @returns Names of formats that were opened anyway; empty when all is well.
 */
export async function openUnwantedLoaders(): Promise<string[]> {
  const opened: string[] = [];
  for (const { format, text } of UNWANTED) {
    const isOpen = await sharp(Buffer.from(text, 'latin1'))
      .metadata()
      .then(
        () => true,
        () => false,
      );
    if (isOpen) opened.push(format);
  }
  return opened;
}
