import { MAX_PASTED_BYTES, type DesktopApi } from '../../core/api/contract.ts';
import { EnhancerError, fromErrorDto } from '../../core/api/errors.ts';

/**
 * Has the desktop program keep a picture that was pasted as such and is no file.
 *
 * @returns Its path.
 * @throws EnhancerError `upload/too-large`, `image/unsupported-format` or `output/no-space`.
 */
export async function keepPasted(
  file: File,
  { keepPastedPicture }: Pick<DesktopApi, 'keepPastedPicture'>,
): Promise<string> {
  if (file.size > MAX_PASTED_BYTES) {
    const message = `${file.name} has ${file.size} bytes; pasted pictures may have ${MAX_PASTED_BYTES}. Save it, then add the file.`;
    throw new EnhancerError('upload/too-large', message, { sizeBytes: file.size });
  }
  const reply = await keepPastedPicture(file.name, new Uint8Array(await file.arrayBuffer()));
  if (!reply.ok) throw fromErrorDto(reply.error);
  return reply.value;
}
