import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { isTruncated } from '../../../core/host/queue/isTruncated.ts';
import { fixturePath } from '../../support/images.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

function box(type: string, content: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.length, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, content]);
}

const JXL = Buffer.concat([
  box('JXL ', Buffer.from('\r\n\x87\n', 'latin1')),
  box('jxlc', Buffer.alloc(300, 5)),
]);

test.each([
  ...['rgb8.jpg', 'rgb8.png', 'rgb8.webp', 'animated.webp', 'animated.gif', 'rgb8.avif'].map(
    (name) => [name, readFileSync(fixturePath(name))] as const,
  ),
  ['container.jxl', JXL] as const,
])('%s is complete, and truncated without its last bytes', async (name, bytes) => {
  const file = path.join(temporaryFolder(), name);
  const judged: boolean[] = [];
  for (const missing of [0, 1, 2, 100, bytes.length >> 1]) {
    writeFileSync(file, bytes.subarray(0, bytes.length - missing));
    judged.push(await isTruncated(file));
  }
  expect(judged).toEqual([false, true, true, true, true]);
});
