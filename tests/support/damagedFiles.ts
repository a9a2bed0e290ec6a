import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url));

/** Small sound files, at least one for each decoder that is ours or WebAssembly, and for animations and pages. */
const SOUND_FILES = [
  'heif/plain.heic',
  'heif/alpha.heic',
  'heif/ten-bits.heic',
  'heif/profile.heic',
  'formats/files/jpeg-orientation-6.jxl',
  'formats/files/lossless.jxl',
  'formats/files/twelve-bits.jxl',
  'formats/files/float-linear.jxl',
  'formats/files/premultiplied.avif',
  'formats/files/animation.avif',
  'formats/files/tiles-in-p3.avif',
  'formats/files/turned.cr3',
  'formats/files/big.orf',
  'formats/files/linear.dng',
  'formats/files/photos.gif',
  'apng/animated.png',
  'images/animated.gif',
  'images/animated.webp',
  'images/pages.tif',
];

/** A BMP of 24 bits with a gradient. */
function soundBmp(width: number, height: number): Buffer {
  const rowBytes = Math.ceil((width * 3) / 4) * 4;
  const file = Buffer.alloc(54 + rowBytes * height);
  file.write('BM', 'latin1');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  for (let place = 54; place < file.length; place++) file[place] = (place * 7) & 255;
  return file;
}

/** Pseudo-random numbers, the same ones in every run. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return (state ^ (state >>> 13)) % below;
  };
}

/** One damage: a cut in every fourth file, otherwise one to six flipped bits, half of them in the first 1,000 bytes. */
function damaged(sound: Buffer, seed: number): Buffer {
  const next = numbersFrom(seed * 7919 + 1);
  if (seed % 4 === 3) return Buffer.from(sound.subarray(0, next(sound.length)));
  const copy = Buffer.from(sound);
  const flips = 1 + next(6);
  for (let flip = 0; flip < flips; flip++) {
    const place = next(flip % 2 === 0 ? Math.min(1000, copy.length) : copy.length);
    copy[place] = (copy[place] ?? 0) ^ (1 << next(8));
  }
  return copy;
}

/** Writes `count` damaged files into a folder. */
export function writeDamagedFiles(folder: string, count: number): void {
  mkdirSync(folder, { recursive: true });
  const sound = [
    ...SOUND_FILES.map((name) => ({ name, bytes: readFileSync(path.join(fixtures, name)) })),
    { name: 'gradient.bmp', bytes: soundBmp(33, 20) },
  ];
  for (let seed = 0; seed < count; seed++) {
    const one = sound[seed % sound.length];
    if (one === undefined) continue;
    const name = path.basename(one.name);
    writeFileSync(path.join(folder, `${String(seed).padStart(4, '0')}-${name}`), damaged(one.bytes, seed));
  }
}
