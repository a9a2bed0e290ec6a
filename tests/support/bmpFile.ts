/** A BMP with the header of Windows 3, followed by its pixels. */
export function bmpFile(
  header: { bits: number; width: number; height: number; method?: number; palette?: readonly number[] },
  data: readonly number[],
): Buffer {
  const { bits, width, height, method = 0, palette = [] } = header;
  const head = Buffer.alloc(54);
  head.write('BM', 'latin1');
  head.writeUInt32LE(54 + palette.length, 10);
  head.writeUInt32LE(40, 14);
  head.writeInt32LE(width, 18);
  head.writeInt32LE(height, 22);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(bits, 28);
  head.writeUInt32LE(method, 30);
  head.writeUInt32LE(palette.length / 4, 46);
  return Buffer.concat([head, Buffer.from(palette), Buffer.from(data)]);
}
