import path from 'node:path';
import { formatOfExtension, IMAGE_FORMATS } from '../api/imageFormats.ts';

/** The media type of a result by its name; of anything else, bytes. */
export function contentTypeOf(file: string): string {
  const format = formatOfExtension(path.extname(file));
  return format === undefined ? 'application/octet-stream' : IMAGE_FORMATS[format].mimeType;
}
