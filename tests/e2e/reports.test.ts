import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { batchReportSchema, imageReportSchema, type BatchReport } from '../../core/api/report.ts';
import { fixturePath } from '../support/images.ts';
import { eventsOf, filesBelow, runCli } from '../support/runCli.ts';
import { checkout } from '../support/runProgram.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const example = path.join(checkout, 'examples', 'shore.webp');

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function readBatch(file: string): BatchReport {
  return batchReportSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** The facts of a published file, determined without the program. */
async function readAgain(file: string) {
  const bytes = readFileSync(file);
  const { width, height, icc, orientation = 1 } = await sharp(bytes).metadata();
  const iccSha256 = icc === undefined ? null : sha256Of(icc);
  return {
    path: file,
    sha256: sha256Of(bytes),
    sizeBytes: bytes.length,
    width,
    height,
    iccSha256,
    orientation,
  };
}

test('every published file of a batch matches its report', async () => {
  const folder = temporaryFolder();
  const [output, report] = [path.join(folder, 'out'), path.join(folder, 'reports', 'batch.json')];
  const inputs = path.dirname(fixturePath('x'));
  const options = ['-n', 'nearest', '-s', '2', '--report', report, '--report-each'];
  const { code } = await runCli(['-i', inputs, '-o', output, ...options]);
  expect(code).toBe(0);

  const { pictures: images, failures } = readBatch(report);
  expect(failures).toEqual([]);
  expect(images).toHaveLength(readdirSync(inputs).length);
  for (const image of images) {
    expect(image.output).toMatchObject(await readAgain(image.output.path));
    expect(image.input.sha256).toBe(sha256Of(readFileSync(image.input.path)));
    const beside: unknown = JSON.parse(readFileSync(`${image.output.path}.report.json`, 'utf8'));
    expect(imageReportSchema.parse(beside)).toEqual(image);
  }
  const profiles = new Set(images.map((image) => image.output.iccSha256));
  expect(profiles.size).toBeGreaterThan(1);
});

test('a batch leaves the reports that were requested and nothing else', async () => {
  const folder = temporaryFolder();
  const previews = (): string[] =>
    readdirSync(os.tmpdir()).filter((name) => name.startsWith('enlarger-report-'));
  const before = previews();
  const broken = path.join(folder, 'broken.png');
  writeFileSync(broken, 'no image');
  const options = ['-s', '2', '--report', 'r.json', '--report', 'r.csv', '--report', 'r.html', '--json'];
  const result = await runCli(['-i', example, broken, '-o', 'out', ...options], folder);

  expect(result.code).toBe(1);
  expect(filesBelow(folder)).toEqual(['broken.png', 'out/shore_2x.webp', 'r.csv', 'r.html', 'r.json']);
  expect(previews()).toEqual(before);
  const end = eventsOf(result).at(-1);
  expect(end).toMatchObject({
    type: 'batch-finished',
    reports: ['r.json', 'r.csv', 'r.html'].map((name) => path.join(folder, name)),
  });
  const { pictures: images, failures } = readBatch(path.join(folder, 'r.json'));
  expect(images.map(({ passes, quality }) => [passes[0]?.id, quality?.verdict])).toEqual([['fast-x2', 'ok']]);
  expect(failures).toMatchObject([{ error: { code: 'image/unsupported-format' } }]);
  expect(readFileSync(path.join(folder, 'r.csv'), 'utf8').split('\r\n')).toHaveLength(4);
  expect(readFileSync(path.join(folder, 'r.html'), 'utf8')).toContain('broken.png');
});

test('an older report is replaced; a file that is not a report stops the batch before any work', async () => {
  const folder = temporaryFolder();
  const options = ['-n', 'nearest', '--exists', 'overwrite'];
  const run = (...reports: string[]) =>
    runCli(
      [
        '-i',
        fixturePath('rgb8.png'),
        '-o',
        'out',
        ...options,
        ...reports.flatMap((name) => ['--report', name]),
      ],
      folder,
    );
  writeFileSync(path.join(folder, 'mine.json'), '{"schema":"of someone else"}');
  const refused = await run('mine.json');
  expect([refused.code, filesBelow(folder)]).toEqual([1, ['mine.json']]);
  expect(refused.stderr).toContain('[output/exists]');

  const reports = ['r.json', 'r.csv', 'r.html'];
  expect([(await run(...reports)).code, (await run(...reports)).code]).toEqual([0, 0]);
  expect((await run('r.txt')).code).toBe(2);
});

test('without measuring there is a report, and no verdict in it', async () => {
  const folder = temporaryFolder();
  const options = ['-n', 'nearest', '--no-measure', '--report', 'r.json', '--json'];
  const result = await runCli(['-i', fixturePath('rgb8.png'), '-o', 'out', ...options], folder);
  expect(readBatch(path.join(folder, 'r.json')).pictures.map(({ quality }) => quality)).toEqual([null]);
  const done = eventsOf(result).find((event) => event.type === 'job-done');
  expect(done).not.toHaveProperty('quality');
  expect(done?.times).not.toHaveProperty('measureMs');
});

test('a report repeats its results to the byte, or an error explains why not', async () => {
  const folder = temporaryFolder();
  mkdirSync(path.join(folder, 'in'));
  const input = path.join(folder, 'in', 'shore.webp');
  copyFileSync(example, input);
  const first = [
    '-i',
    'in',
    '-o',
    'out',
    '-s',
    '3.5',
    '-f',
    'jpg',
    '-q',
    '88',
    '-t',
    '64',
    '--name',
    'a{ext}.{ext}',
  ];
  expect((await runCli([...first, '--report', 'r.json', '--report-each'], folder)).code).toBe(0);
  const [original] = readBatch(path.join(folder, 'r.json')).pictures;
  if (original === undefined) throw new TypeError('there is no report');

  const repeat = (report: string, output: string) =>
    runCli(['--from-report', report, '-o', output, '--json'], folder);
  for (const [report, output] of [
    ['r.json', 'again'],
    ['out/ajpg (webp).jpg.report.json', 'once-more'],
  ] as const) {
    expect((await repeat(report, output)).code).toBe(0);
    expect(sha256Of(readFileSync(path.join(folder, output, 'ajpg (webp).jpg')))).toBe(original.output.sha256);
  }

  const otherWeights = { ...original, passes: [{ ...original.passes[0], sha256: '0'.repeat(64) }] };
  const changedBytes = { ...original, output: { ...original.output, sha256: '1'.repeat(64) } };
  writeFileSync(path.join(folder, 'weights.json'), JSON.stringify(otherWeights));
  writeFileSync(path.join(folder, 'bytes.json'), JSON.stringify(changedBytes));
  writeFileSync(path.join(folder, 'none.json'), '{}');
  const refused = [await repeat('weights.json', 'x'), await repeat('bytes.json', 'x')];
  writeFileSync(input, Buffer.concat([readFileSync(input), Buffer.from([0])]));
  refused.push(await repeat('r.json', 'x'));
  for (const result of refused) {
    const failed = eventsOf(result).filter((event) => event.type === 'job-failed');
    expect([result.code, failed.map(({ error }) => error.code)]).toEqual([1, ['report/not-repeatable']]);
  }
  expect(filesBelow(path.join(folder, 'x'))).toEqual([]);
  expect((await repeat('none.json', 'x')).stderr).toContain('[report/not-found]');
});

test('a resumed batch has a report about all of it, including what was made before', async () => {
  const folder = temporaryFolder();
  const late = path.join(folder, 'late.png');
  writeFileSync(late, 'no image yet');
  const data = ['--data', path.join(folder, 'data')];
  const reports = ['--report', 'r.json', '--report', 'r.html'];
  const start = ['run', '-i', fixturePath('rgb8.png'), late, '-n', 'nearest', '-s', '2', ...data];
  /** Makes the late image and resumes the batch. */
  const resume = async (batch: string) => {
    copyFileSync(fixturePath('grey8.png'), late);
    await runCli(['jobs', 'retry', '--batch', batch, ...data], folder);
    return runCli(['run', '--resume', batch, ...data, ...reports], folder);
  };

  await runCli([...start, '-o', 'out', ...reports], folder);
  expect(readBatch(path.join(folder, 'r.json')).failures).toHaveLength(1);
  expect((await resume('1')).code).toBe(0);
  const { pictures: images, failures } = readBatch(path.join(folder, 'r.json'));
  expect(images.map(({ input }) => path.basename(input.path))).toEqual(['rgb8.png', 'late.png']);
  expect(failures).toEqual([]);
  const page = readFileSync(path.join(folder, 'r.html'), 'utf8');
  expect(page.match(/<div class="pair"/g)).toHaveLength(2);

  writeFileSync(late, 'no image yet');
  await runCli([...start, '-o', 'other'], folder);
  const partly = await resume('2');
  expect(partly.stderr).toContain('note: 1 image is not in the report');
  expect(readBatch(path.join(folder, 'r.json')).pictures).toHaveLength(1);
});

test.each([
  { args: ['--resume', '--report-each'], says: '--report-each can only be given when a batch starts' },
  { args: ['--resume', '--no-measure'], says: '--no-measure can only be given when a batch starts' },
  { args: ['--from-report', 'r.json', '--report', 'x.html'], says: 'Leave out --report.' },
  { args: ['--from-report', 'r.json', '--report-each'], says: 'Leave out --report-each.' },
  { args: ['--from-report', 'r.json', '-s', '2'], says: 'Leave out -s, --scale.' },
  { args: ['--from-report', 'r.json', '-o', 'x', '-n', 'photo'], says: 'Leave out -n, --model.' },
  { args: ['--from-report', 'r.json', '--name', '{name}.png'], says: 'Leave out --name.' },
  { args: ['--from-report', 'r.json', '--dry-run'], says: 'Leave out --dry-run.' },
  { args: ['--resume', '--print', '10x15cm'], says: 'Leave out --print.' },
  { args: ['--resume', '3', '-q', '80'], says: 'Leave out -q, --quality.' },
])('$args is refused with the reason, and nothing is done', async ({ args, says }) => {
  const { code, stderr } = await runCli(['run', ...args], temporaryFolder());
  expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
});

test('a result at a strength below 1 is repeated with both networks', async () => {
  const folder = temporaryFolder();
  const args = ['-i', fixturePath('rgb8.png'), '-o', 'out', '-s', '2', '-n', 'photo', '--strength', '0.5'];
  expect((await runCli([...args, '--report', 'r.json'], folder)).code).toBe(0);
  const [original] = readBatch(path.join(folder, 'r.json')).pictures;
  expect(original?.passes).toMatchObject([{ id: 'photo-x2@0.5', companion: { id: 'photo-grain-x2' } }]);
  const repeated = await runCli(['--from-report', 'r.json', '-o', 'again', '--json'], folder);
  expect(repeated.code).toBe(0);
  const [file = ''] = filesBelow(path.join(folder, 'again'));
  expect(sha256Of(readFileSync(path.join(folder, 'again', file)))).toBe(original?.output.sha256);

  const [pass] = original?.passes ?? [];
  const companion = { id: 'photo-grain-x2', sha256: '0'.repeat(64) };
  writeFileSync(
    path.join(folder, 'other.json'),
    JSON.stringify({ ...original, passes: [{ ...pass, companion }] }),
  );
  const refused = await runCli(['--from-report', 'other.json', '-o', 'x', '--json'], folder);
  expect([refused.code, filesBelow(path.join(folder, 'x'))]).toEqual([1, []]);
});
