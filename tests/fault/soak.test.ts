import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { fingerprintsOf } from '../support/crashRig.ts';
import { sceneRaster, writePng } from '../support/images.ts';
import { startCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const IMAGES = 10_000;
const SAMPLE_EVERY = 500;
/** While the first thousands are made, caches and the garbage collector still settle. */
const SETTLED_AFTER = 2_000;

interface Sample {
  readonly done: number;
  readonly residentMb: number;
  readonly descriptors: number;
}

function sampleOf(pid: number, done: number): Sample {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return { done, residentMb: (pages * 4096) / 1e6, descriptors: readdirSync(`/proc/${pid}/fd`).length };
}

/** Growth in MB for each thousand images: the line through the samples by least squares. */
function slopePerThousand(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [x, y] = [mean(({ done }) => done), mean(({ residentMb }) => residentMb)];
  const covariance = mean(({ done, residentMb }) => (done - x) * (residentMb - y));
  return (covariance / mean(({ done }) => (done - x) ** 2)) * 1_000;
}

test.skipIf(process.platform !== 'linux')(
  `over ${IMAGES} images the host neither grows nor keeps files open, a second run makes nothing, and the inputs are untouched`,
  async () => {
    const folder = temporaryFolder();
    const source = path.join(folder, 'in');
    mkdirSync(source);
    const first = writePng(path.join(source, '0.png'), sceneRaster(8, 6));
    for (let index = 1; index < IMAGES; index++) copyFileSync(first, path.join(source, `${index}.png`));
    const before = fingerprintsOf(source);
    const args = ['run', '-i', source, '-o', path.join(folder, 'out'), '-n', 'nearest', '-s', '2', '--json'];
    const data = ['--data', path.join(folder, 'data')];
    const cli = startCli([...args, ...data]);
    const samples: Sample[] = [];
    let done = 0;
    createInterface({ input: cli.child.stdout! }).on('line', (line) => {
      if (!line.includes('"job-done"') || ++done % SAMPLE_EVERY !== 0 || done === IMAGES) return;
      samples.push(sampleOf(cli.child.pid!, done));
    });
    expect((await cli.finished).code).toBe(0);
    const settled = samples.filter((sample) => sample.done >= SETTLED_AFTER);
    const descriptors = new Set(settled.map((sample) => sample.descriptors));
    const slope = slopePerThousand(settled);
    process.stderr.write(`${JSON.stringify({ slope, samples })}\n`);
    const again = startCli([...args, ...data]);
    const result = await again.finished;
    expect([done, result.stdout.includes('"job-started"')]).toEqual([IMAGES, false]);
    expect(fingerprintsOf(source)).toEqual(before);
    expect(slope).toBeLessThanOrEqual(1);
    expect(Math.max(...descriptors) - Math.min(...descriptors)).toBeLessThanOrEqual(3);
  },
  3_600_000,
);
