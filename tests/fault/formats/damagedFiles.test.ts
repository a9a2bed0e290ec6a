import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { writeDamagedFiles } from '../../support/damagedFiles.ts';
import { peakOfGroup } from '../../support/peakOfGroup.ts';
import { eventsOf, finishedEvent, startCli } from '../../support/runCli.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const COUNT = 1000;
const MAX_RSS_BYTES = 1.5e9;

/** Results that are not images to their end. */
async function brokenResults(folder: string, names: readonly string[]): Promise<string[]> {
  const broken: string[] = [];
  for (const name of names) {
    const image = sharp(path.join(folder, name), { failOn: 'warning', pages: -1 });
    await image.stats().catch(() => broken.push(name));
  }
  return broken;
}

test.skipIf(process.platform !== 'linux')(
  'a thousand damaged files end as done, skipped or failed, in bounded memory, without half a result',
  async () => {
    const folder = temporaryFolder();
    const [input, output] = [path.join(folder, 'in'), path.join(folder, 'out')];
    writeDamagedFiles(input, COUNT);
    const options = ['-n', 'nearest', '-s', '2', '-f', 'png', '--frames', 'all', '--no-measure', '--json'];
    const cli = startCli(['-i', input, '-o', output, ...options]);
    let peakBytes = 0;
    cli.child.stdout?.on('data', () => {
      peakBytes = Math.max(peakBytes, peakOfGroup(cli.child.pid ?? 0));
    });
    const result = await cli.finished;
    const { inputs, done, skipped, failed } = finishedEvent(result).totals;
    expect(inputs).toBe(COUNT);
    expect(done + skipped + failed).toBe(COUNT);
    const ours = eventsOf(result).filter(
      (event) => event.type === 'job-failed' && /^(internal|worker)\//.test(event.error.code),
    );
    expect(ours).toEqual([]);
    const left = readdirSync(output, { recursive: true, encoding: 'utf8' });
    const files = left.filter((name) => statSync(path.join(output, name)).isFile());
    expect(files).toHaveLength(done);
    expect(await brokenResults(output, files)).toEqual([]);
    expect(peakBytes).toBeLessThan(MAX_RSS_BYTES);
  },
);
