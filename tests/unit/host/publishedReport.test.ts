import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { hashFile } from '../../../core/files/hashFile.ts';
import { publishedReport } from '../../../core/host/reports/publishedReport.ts';
import { fixturePath } from '../../support/images.ts';
import { sampleBatch } from '../../support/sampleBatch.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { sampleReport } from '../report/sampleReport.ts';

test('in a folder of reports, results with the same name in two folders have separate reports, which are updated', async () => {
  const [results, reports] = [temporaryFolder(), temporaryFolder()];
  const sha256 = await hashFile(fixturePath('rgb8.png'));
  const { spec } = sampleBatch({ report: { measure: true, formats: ['json'], folder: reports } });
  const report = sampleReport();
  const draft = { ...report, output: { ...report.output, sha256 } };
  const outputs = ['one', 'two'].map((name) => path.join(results, name, 'x_2x.png'));
  for (const output of [...outputs, ...outputs]) {
    mkdirSync(path.dirname(output), { recursive: true });
    copyFileSync(fixturePath('rgb8.png'), output);
    await publishedReport(draft, output, spec);
  }
  const names = readdirSync(reports).sort();
  expect(names).toEqual(['x_2x.png.report (2).json', 'x_2x.png.report.json']);
  const described = names.map((name) => readFileSync(path.join(reports, name), 'utf8'));
  expect(described.map((text) => outputs.findIndex((output) => text.includes(output)))).toEqual([1, 0]);
});
