import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { writeDamagedFiles } from '../../support/damagedFiles.ts';
import { memoryOfGroup } from '../../support/peakOfGroup.ts';
import { eventsOf, finishedEvent, startCli, type CliResult } from '../../support/runCli.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const COUNT = 1000;
const MAX_RSS_BYTES = 1.5e9;

/** The name of a page's file without its number. */
function withoutPage(file: string): string {
  return file.replace(/-\d+(?=\.png$)/, '');
}

/** Files that are neither a reported result nor a further page of one. */
function unexpectedFiles(folder: string, names: readonly string[], result: CliResult): string[] {
  const reported = new Set(
    eventsOf(result).flatMap((event) => (event.type === 'job-done' ? [event.output] : [])),
  );
  const paged = new Set([...reported].filter((file) => file !== withoutPage(file)).map(withoutPage));
  return names.filter((name) => {
    const file = path.join(folder, name);
    return !reported.has(file) && !paged.has(withoutPage(file));
  });
}

/** Results that are not complete images. */
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
      peakBytes = Math.max(peakBytes, memoryOfGroup(cli.child.pid ?? 0));
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
    expect(unexpectedFiles(output, files, result)).toEqual([]);
    expect(files.length).toBeGreaterThanOrEqual(done);
    expect(await brokenResults(output, files)).toEqual([]);
    console.info(`All processes together used up to ${Math.round(peakBytes / 1e6)} MB.`);
    expect(peakBytes).toBeLessThan(MAX_RSS_BYTES);
  },
);
