import { MAX_PASTED_BYTES, type DesktopApi } from '../../core/api/contract.ts';
import { EnlargerError, fromErrorDto } from '../../core/api/errors.ts';

/**
 * Makes the desktop program keep an image that was pasted and has no file.
 *
 * @returns Its path.
 * @throws EnlargerError `upload/too-large`, `image/unsupported-format` or `output/no-space`.
 */
export async function keepPasted(
  file: File,
  { keepPastedImage }: Pick<DesktopApi, 'keepPastedImage'>,
): Promise<string> {
  if (file.size > MAX_PASTED_BYTES) {
    const message = `${file.name} has ${file.size} bytes; pasted images may have ${MAX_PASTED_BYTES}. Save it, then add the file.`;
    throw new EnlargerError('upload/too-large', message, { sizeBytes: file.size });
  }
  const reply = await keepPastedImage(file.name, new Uint8Array(await file.arrayBuffer()));
  if (!reply.ok) throw fromErrorDto(reply.error);
  return reply.value;
}
