import { expect, test } from 'vitest';
import { readDirectories } from '../../../../core/image/formats/tiff/tiffDirectory.ts';
import { bytesSource } from '../../../../core/metadata/byteSource.ts';
import { overlappingTiff } from '../../../support/overlappingTiff.ts';
import { tiffFields, tiffFile } from '../../../support/tiffFile.ts';

test('directories in the same bytes are read until their tables are as long as the file', () => {
  const { directories, isChainSound } = readDirectories(bytesSource(overlappingTiff(24_000)));
  expect(directories.length).toBeLessThanOrEqual(2);
  expect(isChainSound).toBe(false);
});

test('directories one after the other are all read', () => {
  const fields = tiffFields({ width: 1, height: 1 });
  const pages = Array.from({ length: 500 }, () => ({ fields, pixels: Uint8Array.of(1, 2, 3) }));
  const { directories, isChainSound } = readDirectories(bytesSource(tiffFile(pages)));
  expect([directories.length, isChainSound]).toEqual([500, true]);
});
