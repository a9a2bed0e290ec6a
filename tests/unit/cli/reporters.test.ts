import { expect, test } from 'vitest';
import { lineReporter } from '../../../cli/reporters.ts';
import type { BatchEvent } from '../../../core/api/events.ts';

const TOTALS = { inputs: 5, done: 0, skipped: 5, failed: 0, cancelled: 0, planned: 0 };

function skipped(input: string, job: number): BatchEvent {
  return { type: 'job-skipped', job, input, reason: 'not-a-picture' };
}

function textOf(events: readonly BatchEvent[], verbose = false): string {
  let text = '';
  const reporter = lineReporter({ verbose, write: (more) => (text += more) });
  events.forEach((event) => {
    reporter.tell(event);
  });
  return text;
}

const END: BatchEvent = { type: 'batch-finished', totals: TOTALS, elapsedMs: 10, outputMegapixels: 0 };

test('a folder’s files that are not images are named once, at the end', () => {
  const names = ['CREDITS.md', 'a.txt', 'b.txt', 'c.txt', 'evil\u001b[2J.txt'];
  const events = [...names.map((name, job) => skipped(`photos/${name}`, job)), END];
  expect(textOf(events.slice(0, -1))).toBe('');
  expect(textOf(events)).toContain('Not images, so skipped: CREDITS.md, a.txt, b.txt and 2 more\n');
  expect(textOf([skipped('photos/evil\u001b[2J.txt', 0), END])).toContain('skipped: evil?[2J.txt\n');
  expect(textOf([END])).not.toContain('Not images');
});

test('with --verbose each has a line', () => {
  const text = textOf([skipped('photos/a.txt', 0), END], true);
  expect(text).toContain('skipped  photos/a.txt: it is not an image');
  expect(text).not.toContain('Not images');
});
