import { joinBytes, latin1Bytes, uintBytes } from '../../core/metadata/byteFields.ts';

/** The trailer that Samsung's cameras add to an image: named parts, and a directory of them. */
export function samsungTrailer(...names: readonly string[]): Uint8Array {
  const kind = uintBytes(0x0a01, 4, 'big');
  const parts = names.map((name) =>
    joinBytes([kind, uintBytes(name.length, 4, 'little'), latin1Bytes(name), new Uint8Array(20)]),
  );
  const before = (index: number): number => parts.slice(index).reduce((sum, part) => sum + part.length, 0);
  const entries = parts.map((part, index) =>
    joinBytes([kind, uintBytes(before(index), 4, 'little'), uintBytes(part.length, 4, 'little')]),
  );
  const head = [latin1Bytes('SEFH'), uintBytes(106, 4, 'little'), uintBytes(names.length, 4, 'little')];
  const directory = joinBytes([...head, ...entries]);
  return joinBytes([...parts, directory, uintBytes(directory.length, 4, 'little'), latin1Bytes('SEFT')]);
}
