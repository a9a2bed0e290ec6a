import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inspectImage, decodeImage, type DecodeOptions } from '../../../../core/image/decode.ts';
import { bytesSource } from '../../../../core/metadata/byteSource.ts';
import { sniffFormat } from '../../../../core/image/sniffFormat.ts';
import { fixturePath } from '../../../support/images.ts';

const OPTIONS: DecodeOptions = { colour: 'keep', maxPixels: 1e8 };

async function messageOf(bytes: Buffer): Promise<string> {
  const sniffed = sniffFormat(bytesSource(bytes));
  if (sniffed.kind !== 'image') throw new Error('It is not recognised.');
  try {
    await decodeImage(await inspectImage(bytes, sniffed.format, OPTIONS), OPTIONS);
    return 'It decodes.';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

test.each(['rgb8.png', 'rgb8.jpg', 'rgb8.webp', 'rgb8.avif', 'animated.gif'])(
  '%s without its second half is called incomplete, in plain words',
  async (name) => {
    const whole = readFileSync(fixturePath(name));
    expect(await messageOf(whole)).toBe('It decodes.');
    expect(await messageOf(whole.subarray(0, whole.length >> 1))).toBe(
      'The image is incomplete: its file ends too early. Copy or download it again.',
    );
  },
);

test('an image with errors in the middle is called damaged, in plain words', async () => {
  const bytes = Buffer.from(readFileSync(fixturePath('rgb8.png')));
  bytes.fill(0xa5, bytes.length >> 1, (bytes.length >> 1) + 40);
  expect(await messageOf(bytes)).toMatch(/^The image is damaged\. [^:;]*$/);
});
