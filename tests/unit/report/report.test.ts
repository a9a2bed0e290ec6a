import { describe, expect, test } from 'vitest';
import {
  batchReportSchema,
  imageReportSchema,
  type ImageReport,
  type OtherInput,
  type ReportedFailure,
} from '../../../core/api/report.ts';
import type { ReportFormat } from '../../../core/api/batchSpec.ts';
import { jsonReport } from '../../../core/report/jsonReport.ts';
import { renderReport } from '../../../core/report/renderReport.ts';
import { reportNamed, sampleQuality, sampleReport } from './sampleReport.ts';

async function rendered(
  format: ReportFormat,
  reports: readonly ImageReport[],
  failures: readonly ReportedFailure[] = [],
  others: readonly OtherInput[] = [],
): Promise<string> {
  const entries = reports.map((report) => ({ report }));
  const batch = { program: 'enlarger test', finishedAt: '2026-11-25T00:00:00Z', entries, failures, others };
  const parts: string[] = [];
  for await (const part of renderReport(batch, format, 'en')) parts.push(part);
  return parts.join('');
}

describe('jsonReport', () => {
  test('creates a file that is read back as the same report', () => {
    const report = sampleReport();
    expect(imageReportSchema.parse(JSON.parse(jsonReport(report)))).toEqual(report);
  });

  test.each([
    { name: 'another version', change: { schema: 'enlarger.report/2' } },
    { name: 'an unknown field', change: { mood: 'good' } },
    { name: 'a missing field', change: { passes: undefined } },
  ])('the schema refuses $name', ({ change }) => {
    expect(imageReportSchema.safeParse({ ...sampleReport(), ...change }).success).toBe(false);
  });
});

const FAILURE = { input: 'a.png', error: { code: 'image/corrupt', message: 'Damaged, cut off.' } } as const;
const OTHERS: readonly OtherInput[] = [
  { input: 'b.png', state: 'skipped', reason: 'output-exists', output: 'out/b.png' },
  { input: '=c.png', state: 'cancelled' },
  { input: 'd.png', state: 'done', output: 'out/d.png' },
];

describe('a batch as JSON', () => {
  test.each([
    { pictures: [], failures: [], others: [] },
    { pictures: [sampleReport()], failures: [FAILURE, FAILURE], others: OTHERS },
    { pictures: [sampleReport(), reportNamed('b.png')], failures: [FAILURE], others: [] },
  ])('is read back unchanged: $pictures.length images, $failures.length failures', async (batch) => {
    const text = await rendered('json', batch.pictures, batch.failures, batch.others);
    const read = batchReportSchema.parse(JSON.parse(text));
    expect(read).toMatchObject({ program: 'enlarger test', ...batch });
    expect(text).toBe(`${JSON.stringify(read, null, 2)}\n`);
  });

  test('is refused if an image does not match the schema', async () => {
    const spoilt = { ...sampleReport(), passes: [{ id: '', scale: 2, sha256: null }] };
    await expect(rendered('json', [spoilt])).rejects.toThrow('passes');
  });
});

/** The cell of the first row under a header that is not quoted. */
function firstCell(csv: string, column: string): string | undefined {
  const [header = '', row = ''] = csv.split('\r\n');
  return row.split(',')[header.split(',').indexOf(column)];
}

describe('a batch as CSV', () => {
  test('has a header and one row per image', async () => {
    const lines = (await rendered('csv', [sampleReport(), sampleReport()])).split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^input,output,verdict,reasons,/);
    expect(lines[1]).toContain(
      'holiday/beach.png,enlarged/beach_4x.png,look,seam,320,240,1280,960,false,48.2',
    );
    expect(lines[3]).toBe('');
  });

  test('has a row for every input, whatever its outcome', async () => {
    const lines = (await rendered('csv', [sampleReport()], [FAILURE], OTHERS)).trimEnd().split('\r\n');
    const columns = lines[0]?.split(',').length ?? 0;
    const figures = ','.repeat(columns - 5);
    expect(lines.slice(1)).toEqual([
      expect.stringMatching(/^holiday\/beach\.png,.*,done,,,[\d.]*$/),
      `a.png,${figures}failed,image/corrupt,"Damaged, cut off.",`,
      `b.png,out/b.png${figures}skipped,output-exists,,`,
      `'=c.png,${figures}cancelled,,,`,
      `d.png,out/d.png${figures}done,,,`,
    ]);
  });

  test('ends with the share of detail that the model invented', async () => {
    const report = sampleReport();
    const { detail, ...quality } = sampleQuality();
    const invented = detail && { ...detail, fineShare: 0.25, bicubicFineShare: 0.125 };
    const csv = await rendered('csv', [{ ...report, quality: { ...quality, detail: invented } }]);
    expect(firstCell(csv, 'invented_detail')).toBe('0.125');
    expect(csv.split('\r\n')[0]).toMatch(/,state,cause,message,invented_detail$/);
  });

  test('leaves missing figures empty', async () => {
    const report = sampleReport();
    const quality = sampleQuality();
    const consistency = { ...quality.consistency, identical: true, psnrDb: null };
    const csv = await rendered('csv', [{ ...report, quality: { ...quality, consistency, detail: null } }]);
    expect(firstCell(csv, 'identical')).toBe('true');
    expect(firstCell(csv, 'consistency_psnr_db')).toBe('');
    expect(firstCell(csv, 'gradient_gain')).toBe('');
  });

  test('has empty figures for a result that was not measured', async () => {
    const csv = await rendered('csv', [{ ...sampleReport(), quality: null }]);
    expect(firstCell(csv, 'verdict')).toBe('');
    expect(firstCell(csv, 'device')).toBe('onnx:cpu');
  });

  test.each([
    { path: 'a,b.png', cell: '"a,b.png"' },
    { path: 'say "hi".png', cell: '"say ""hi"".png"' },
    { path: 'two\nlines.png', cell: '"two\nlines.png"' },
    { path: "=cmd|'/c calc'!A1", cell: "'=cmd|'/c calc'!A1" },
    { path: '-1.png', cell: "'-1.png" },
    { path: 'a;=1+1.png', cell: '"a;=1+1.png"' },
    { path: 'a\t=1+1.png', cell: '"a\t=1+1.png"' },
    { path: '海邊.png', cell: '海邊.png' },
  ])('writes the name $path as $cell', async ({ path, cell }) => {
    expect(await rendered('csv', [reportNamed(path)])).toContain(`,${cell},look,`);
  });
});
