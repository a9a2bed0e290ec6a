import type { ByteOrder } from '../../../metadata/byteFields.ts';
import { readUint, writeUint } from '../../../metadata/byteFields.ts';
import type { TiffLayout } from './tiffLayout.ts';

interface PredictedBlock {
  readonly layout: TiffLayout;
  readonly rowBytes: number;
  readonly block: { readonly width: number; readonly rows: number; readonly channels: number };
  readonly order: ByteOrder;
}

/** Adds up differences of whole samples (TIFF 6.0, section 14). */
function addDifferences(bytes: Uint8Array, { layout, rowBytes, block, order }: PredictedBlock): void {
  const sampleBytes = layout.bits / 8;
  const limit = 2 ** layout.bits;
  const step = block.channels * sampleBytes;
  for (let row = 0; row < block.rows; row++) {
    const start = row * rowBytes;
    for (let offset = start + step; offset < start + rowBytes; offset += sampleBytes) {
      const left = readUint(bytes, { offset: offset - step, sizeBytes: sampleBytes, order });
      const value = readUint(bytes, { offset, sizeBytes: sampleBytes, order });
      writeUint(bytes, (left + value) % limit, { offset, sizeBytes: sampleBytes, order });
    }
  }
}

/** Undoes Adobe's predictor 3 (TIFF technical note 3): bytes by significance, then differences of bytes; leaves big-endian numbers. */
function joinFloatBytes(bytes: Uint8Array, { layout, rowBytes, block }: PredictedBlock): void {
  const sampleBytes = layout.bits / 8;
  const samples = block.width * block.channels;
  for (let row = 0; row < block.rows; row++) {
    const line = bytes.subarray(row * rowBytes, (row + 1) * rowBytes);
    for (let index = block.channels; index < line.length; index++)
      line[index] = line[index]! + line[index - block.channels]!;
    const planes = Uint8Array.from(line); // a Buffer's own slice would share its memory
    for (let sample = 0; sample < samples; sample++)
      for (let byte = 0; byte < sampleBytes; byte++)
        line[sample * sampleBytes + byte] = planes[byte * samples + sample]!;
  }
}

/** Undoes what a TIFF's predictor did to a block of decompressed bytes, in place. */
export function undoPredictor(bytes: Uint8Array, block: PredictedBlock): Uint8Array {
  const { predictor, bits } = block.layout;
  if (predictor === 2 && bits % 8 === 0) addDifferences(bytes, block);
  if (predictor === 3) joinFloatBytes(bytes, block);
  return bytes;
}
