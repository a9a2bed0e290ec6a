import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { createMediaService } from '../../../core/media/createMediaService.ts';
import { forkLauncher } from '../../../core/pool/launcher.ts';
import { fixturePath } from '../../support/images.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const MUTANTS = 1_000;

/** The same numbers every time. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

/** A file with some bytes changed, a piece copied elsewhere, or its end cut off. */
function mutate(bytes: Buffer, random: (below: number) => number): Buffer {
  const mutant = Buffer.from(bytes);
  for (let count = 1 + random(8); count > 0; count--) mutant[random(mutant.length)] = random(256);
  if (random(3) === 0) {
    const from = random(mutant.length);
    mutant.copy(mutant, random(mutant.length), from, from + random(64));
  }
  return random(4) === 0 ? mutant.subarray(0, random(mutant.length)) : mutant;
}

test('a thousand damaged images end as images or with a code, and the service continues', async () => {
  const folder = temporaryFolder();
  const media = createMediaService({
    cacheFolder: folder,
    launch: forkLauncher(fileURLToPath(new URL('../../../dist/core/worker/media.js', import.meta.url))),
  });
  onTestFinished(() => media.close());
  const originals = readdirSync(fixturePath('')).filter((name) =>
    /\.(png|jpg|webp|tif|avif|gif)$/.test(name),
  );
  const random = randomNumbers(17);
  const ends = new Map<string, number>();
  for (let number = 0; number < MUTANTS; number++) {
    const name = originals[number % originals.length] ?? '';
    const file = path.join(folder, `${number}-${name}`);
    writeFileSync(file, mutate(readFileSync(fixturePath(name)), random));
    const ask = number % 2 === 0 ? media.thumbnail(file) : media.pyramid(file);
    const end = await ask.then(
      () => 'shown',
      (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
    );
    ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  const told = [...ends].map(([end, count]) => `${count} ${end}`).join(', ');
  process.stdout.write(`${MUTANTS} damaged images: ${told}\n`);
  for (const end of ends.keys()) expect(end).toMatch(/^(shown|(image|input)\/.*)$/);
  expect((await media.thumbnail(fixturePath('rgb8.png'))).media).toBeTruthy();
});
