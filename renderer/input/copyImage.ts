import { EnlargerError } from '../../core/api/errors.ts';

/**
 * Puts an image into the clipboard, as PNG: the only format that all programs paste.
 *
 * @throws EnlargerError `media/not-found` if it cannot be fetched, `request/forbidden` if the browser does not allow it.
 */
export async function copyImage(url: string): Promise<void> {
  const reply = await fetch(url);
  if (!reply.ok) throw new EnlargerError('media/not-found', `${url} cannot be fetched: ${reply.status}.`);
  const png = toPng(await reply.blob());
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new EnlargerError('request/forbidden', `The image cannot be copied: ${why}`);
  }
}

async function toPng(image: Blob): Promise<Blob> {
  if (image.type === 'image/png') return image;
  const bitmap = await createImageBitmap(image);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas.convertToBlob({ type: 'image/png' });
}
