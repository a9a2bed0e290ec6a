import { joinBytes, latin1Bytes, uintBytes } from '../../core/metadata/byteFields.ts';

function number(value: number, sizeBytes: number): Uint8Array {
  return uintBytes(value, sizeBytes, 'little');
}

/** A chain of directories that overlap: each one's table covers half of the file. */
export function overlappingTiff(sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  const entries = Math.min(4096, Math.floor(sizeBytes / 24));
  const directories = Math.floor(entries / 2);
  bytes.set(joinBytes([latin1Bytes('II*\0'), number(8, 4)]));
  for (let index = 0; index < entries; index++) {
    const at = 8 + index * 12;
    bytes.set(joinBytes([number(entries, 2), number(256, 2), number(3, 2), number(1, 4)]), at);
  }
  for (let index = 0; index < directories; index++) {
    const at = 8 + index * 12;
    bytes.set(number(at + 12, 4), at + 2 + entries * 12);
  }
  return bytes;
}
