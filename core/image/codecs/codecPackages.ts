import { createRequire } from 'node:module';
import { IMAGE_FORMATS, type InputFormat } from '../../api/imageFormats.ts';

/** Whether this installation reads (and writes, if it does) a format: some need a package that is optional. */
export function isFormatAvailable(format: InputFormat): boolean {
  const { package: name } = IMAGE_FORMATS[format];
  if (name === undefined) return true;
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false; // it cannot be resolved, so it is not installed
  }
}
