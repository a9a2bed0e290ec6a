import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { canMountExfat, ExfatVolume } from '../support/exfatVolume.ts';
import { Place } from '../support/uses.ts';

describe.skipIf(!canMountExfat())('on an exFAT volume', () => {
  test('an original is not overwritten by any spelling of its name', async () => {
    const volume = new ExfatVolume();
    const place = new Place();
    place.image('in/b.png');
    const at = (...names: string[]): string => path.join(volume.folder, ...names);
    mkdirSync(at('in'));
    copyFileSync(place.at('in', 'b.png'), at('in', 'b.png'));
    const before = readFileSync(at('in', 'b.png'));
    for (const exists of ['overwrite', 'rename', 'skip', 'error']) {
      await place.run(['-i', at('in', 'b.png'), '-o', at('in', 'B.PNG'), '--exists', exists]);
      await place.run(['-i', at('in'), '-o', at('IN'), '--name', '{name}.{ext}', '--exists', exists]);
      expect(readFileSync(at('in', 'b.png')).equals(before)).toBe(true);
    }
  });
});
