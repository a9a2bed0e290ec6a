import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { peakOfGroup } from '../support/peakOfGroup.ts';
import { eventsOf, finishedEvent, startCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

/** A folder of broken, odd and hostile images that is too large for this repository. */
const corpus = process.env['ENLARGER_ROBUST_DIR'];

const MAX_RSS_BYTES = 1.5e9;
/** The corpus takes a minute or two. */
const TIMEOUT_MS = 600_000;

test.skipIf(corpus === undefined || process.platform !== 'linux')(
  'the corpus named by ENLARGER_ROBUST_DIR ends as done, skipped or failed, in bounded memory',
  { timeout: TIMEOUT_MS },
  async () => {
    const output = path.join(temporaryFolder(), 'out');
    const cli = startCli(['-i', corpus ?? '', '-o', output, '-n', 'nearest', '-s', '2', '--json']);
    let peakBytes = 0;
    cli.child.stdout?.on('data', () => {
      peakBytes = Math.max(peakBytes, peakOfGroup(cli.child.pid ?? 0));
    });
    const result = await cli.finished;
    // The schema of the events contains the closed list of codes.
    const events = eventsOf(result);
    const { inputs, done, skipped, failed } = finishedEvent(result).totals;
    expect(done + skipped + failed).toBe(inputs);
    const bugs = events.flatMap((event) =>
      event.type === 'job-failed' && /^(internal|worker)\//.test(event.error.code) ? [event] : [],
    );
    expect(bugs).toEqual([]);
    const left = readdirSync(output, { recursive: true, encoding: 'utf8' });
    expect(left.filter((name) => path.basename(name).startsWith('.enlarger-'))).toEqual([]);
    expect(left.filter((name) => statSync(path.join(output, name)).isFile())).toHaveLength(done);
    expect(peakBytes).toBeLessThan(MAX_RSS_BYTES);
  },
);
