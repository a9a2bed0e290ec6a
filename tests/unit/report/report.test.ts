import { describe, expect, test } from 'vitest';
import { pictureReportSchema } from '../../../core/api/report.ts';
import { csvReport } from '../../../core/report/csvReport.ts';
import { jsonReport } from '../../../core/report/jsonReport.ts';
import { reportNamed, sampleQuality, sampleReport } from './sampleReport.ts';

describe('jsonReport', () => {
  test('gives a file that reads back as the same report', () => {
    const report = sampleReport();
    expect(pictureReportSchema.parse(JSON.parse(jsonReport(report)))).toEqual(report);
  });

  test.each([
    { name: 'another version', change: { schema: 'enlarger.report/2' } },
    { name: 'an unknown field', change: { mood: 'good' } },
    { name: 'a missing field', change: { passes: undefined } },
  ])('the schema refuses $name', ({ change }) => {
    expect(pictureReportSchema.safeParse({ ...sampleReport(), ...change }).success).toBe(false);
  });
});

/** The cell of the first row under a header that is not quoted. */
function firstCell(csv: string, column: string): string | undefined {
  const [header = '', row = ''] = csv.split('\r\n');
  return row.split(',')[header.split(',').indexOf(column)];
}

describe('csvReport', () => {
  test('has a header and one row a picture', () => {
    const lines = csvReport([sampleReport(), sampleReport()]).split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^input,output,verdict,reasons,/);
    expect(lines[1]).toContain(
      'holiday/beach.png,enlarged/beach_4x.png,look,seam,320,240,1280,960,false,48.2',
    );
    expect(lines[3]).toBe('');
  });

  test('leaves figures that do not exist empty', () => {
    const report = sampleReport();
    const quality = sampleQuality();
    const consistency = { ...quality.consistency, identical: true, psnrDb: null };
    const csv = csvReport([{ ...report, quality: { ...quality, consistency, detail: null } }]);
    expect(firstCell(csv, 'identical')).toBe('true');
    expect(firstCell(csv, 'consistency_psnr_db')).toBe('');
    expect(firstCell(csv, 'gradient_gain')).toBe('');
  });

  test('says nothing where nothing was measured', () => {
    const csv = csvReport([{ ...sampleReport(), quality: null }]);
    expect(firstCell(csv, 'verdict')).toBe('');
    expect(firstCell(csv, 'device')).toBe('onnx:cpu');
  });

  test.each([
    { path: 'a,b.png', cell: '"a,b.png"' },
    { path: 'say "hi".png', cell: '"say ""hi"".png"' },
    { path: 'two\nlines.png', cell: '"two\nlines.png"' },
    { path: "=cmd|'/c calc'!A1", cell: "'=cmd|'/c calc'!A1" },
    { path: '-1.png', cell: "'-1.png" },
    { path: '海邊.png', cell: '海邊.png' },
  ])('writes the name $path as $cell', ({ path, cell }) => {
    expect(csvReport([reportNamed(path)])).toContain(`,${cell},look,`);
  });
});
