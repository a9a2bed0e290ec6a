import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { batchEventSchema, type BatchEvent } from '../../../core/api/events.ts';
import { brokenPath, fixturePath } from '../../support/images.ts';
import { checkout, runProgram } from '../../support/runProgram.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const page = readFileSync(path.join(checkout, 'docs/events.md'), 'utf8');

/** Kinds of events that end a job, in the words of the totals. */
const ENDS = {
  done: 'job-done',
  skipped: 'job-skipped',
  failed: 'job-failed',
  cancelled: 'job-cancelled',
  planned: 'job-planned',
} as const;

function parseEvents(stdout: string): BatchEvent[] {
  const lines = stdout.split('\n');
  expect(lines.pop()).toBe('');
  return lines.map((line) => batchEventSchema.parse(JSON.parse(line)));
}

/** Checks a run's events against everything that docs/events.md promises about their order and their sums. */
function expectWhole(events: readonly BatchEvent[]): Extract<BatchEvent, { type: 'batch-finished' }> {
  const first = events[0];
  const last = events.at(-1);
  if (first?.type !== 'batch-started' || last?.type !== 'batch-finished') {
    throw new Error(`the events begin with ${first?.type} and end with ${last?.type}`);
  }
  const { inputs, ...ends } = last.totals;
  const counted = Object.fromEntries(
    Object.entries(ENDS).map(([name, type]) => [name, events.filter((event) => event.type === type).length]),
  );
  expect(counted).toEqual(ends);
  expect(Object.values(ends).reduce((sum, count) => sum + count, 0)).toBe(inputs);
  expect(first.inputs).toBe(inputs);

  const endTypes = new Set<string>(Object.values(ENDS));
  const ended = events.flatMap((event) => ('job' in event && endTypes.has(event.type) ? [event.job] : []));
  expect(ended.sort((a, b) => a - b)).toEqual(Array.from({ length: inputs }, (_, job) => job));
  return last;
}

test('every line of a real batch is an event of the schema, and every input is counted once', async () => {
  const output = temporaryFolder();
  const inputs = [fixturePath(''), brokenPath('empty.jpg'), brokenPath('truncated.png'), 'not-there.jpg'];
  const args = ['run', '-i', ...inputs, '-o', output, '-n', 'nearest', '-s', '2', '--json'];
  const { code, stdout } = await runProgram(args);
  const events = parseEvents(stdout);
  const { totals, outputMegapixels } = expectWhole(events);
  expect({ code, totals }).toEqual({
    code: 1,
    totals: { inputs: 36, done: 33, skipped: 0, failed: 3, cancelled: 0, planned: 0 },
  });
  const pixels = events.reduce(
    (sum, event) =>
      event.type === 'job-done' ? sum + event.outputImage.width * event.outputImage.height : sum,
    0,
  );
  expect(outputMegapixels).toBeCloseTo(pixels / 1e6, 9);

  const again = parseEvents((await runProgram(args)).stdout);
  expect(expectWhole(again).totals).toMatchObject({ done: 0, skipped: 33, failed: 3 });
});

test('a dry run plans every input and does nothing', async () => {
  const output = path.join(temporaryFolder(), 'new');
  const args = ['-i', fixturePath('rgb8.png'), '-o', output, '-s', '2', '--json', '--dry-run'];
  const { code, stdout } = await runProgram(args);
  expect(code).toBe(0);
  expect(expectWhole(parseEvents(stdout)).totals).toMatchObject({ inputs: 1, planned: 1 });
});

/** Every event of a schema with the names of all its fields, those of nested objects included. */
function fieldsOf(schema: unknown): string[] {
  const shape = schema !== null && typeof schema === 'object' && 'shape' in schema ? schema.shape : undefined;
  return Object.entries(shape ?? {}).flatMap(([name, field]) => [name, ...fieldsOf(field)]);
}

test.each(batchEventSchema.options.map((option) => [option.shape.type.value, fieldsOf(option)] as const))(
  'docs/events.md has a chapter on %s with all its fields and a valid example',
  (type, fields) => {
    const chapters = page.split('\n## ');
    const chapter = chapters.find((text) => text.startsWith(`\`${type}\``)) ?? '';
    const shared = chapters.find((text) => text.startsWith('Common fields')) ?? '';
    const missing = fields.filter((name) => !`${shared}${chapter}`.includes(`\`${name}\``));
    expect(missing).toEqual([]);

    const example = /```json\n([\s\S]*?)```/.exec(chapter)?.[1] ?? '';
    expect(batchEventSchema.parse(JSON.parse(example)).type).toBe(type);
  },
);
