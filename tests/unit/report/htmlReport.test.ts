import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { VerdictKind } from '../../../core/api/report.ts';
import { htmlReport } from '../../../core/report/htmlReport.ts';
import type { ReportEntry } from '../../../core/report/reportEntry.ts';
import { reportNamed } from './sampleReport.ts';

const PIXEL = 'data:image/png;base64,iVBORw0KGgo=';

function entry(path: string, verdict: VerdictKind, psnrDb: number | null): ReportEntry {
  const report = reportNamed(path);
  const consistency = { ...report.quality.consistency, psnrDb };
  return { report: { ...report, quality: { ...report.quality, verdict, consistency } } };
}

function namesInOrder(html: string): readonly string[] {
  return [...html.matchAll(/<td class="name" data-value="([^"]*)"/g)].map((match) => match[1] ?? '');
}

describe('htmlReport', () => {
  test('shows a hostile file name as text, wherever it stands', () => {
    const report = reportNamed('"><img src=x onerror=alert(1)>.png');
    const html = htmlReport([{ report, previews: { before: PIXEL, after: PIXEL } }], 'en');
    expect(html).not.toContain('<img src=x');
    expect(html.split('&quot;&gt;&lt;img src=x onerror=alert(1)&gt;.png')).toHaveLength(4);
  });

  test('lets nothing run and nothing load that is not its own', () => {
    const html = htmlReport([{ report: reportNamed('a.png') }], 'en');
    const script = /<script>([^]*)<\/script>/.exec(html)?.[1] ?? '';
    const hash = createHash('sha256').update(script).digest('base64');
    expect(html).toContain(`script-src &#39;sha256-${hash}&#39;`);
    expect(html).toContain('default-src &#39;none&#39;');
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).not.toMatch(/https?:|<link|@import|url\(/);
  });

  test('lists the worst first', () => {
    const entries = [
      entry('fine', 'ok', 50),
      entry('doubtful', 'look', 45),
      entry('broken', 'failed', 12),
      entry('worse', 'look', 31),
      entry('not a number', 'failed', null),
    ];
    expect(namesInOrder(htmlReport(entries, 'en'))).toEqual([
      'not a number',
      'broken',
      'worse',
      'doubtful',
      'fine',
    ]);
  });

  test.each([
    { language: 'en', texts: ['lang="en"', 'shows where its tiles meet (at 1012, 0)', '1 to look at'] },
    { language: 'zh-TW', texts: ['lang="zh-TW"', '看得出圖塊的接縫', '需要查看 1 張'] },
  ] as const)('speaks $language', ({ language, texts }) => {
    const html = htmlReport([{ report: reportNamed('a.png') }], language);
    expect(texts.filter((text) => !html.includes(text))).toEqual([]);
  });

  test.each(['http://example.org/a.png', 'data:text/html;base64,PGI+', 'data:image/png;base64,"onload="x'])(
    'refuses the preview %s',
    (uri) => {
      const report = reportNamed('a.png');
      expect(() => htmlReport([{ report, previews: { before: PIXEL, after: uri } }], 'en')).toThrow(
        RangeError,
      );
    },
  );

  test('is a page even for an empty batch', () => {
    expect(htmlReport([], 'en')).toContain('0 ok, 0 to look at, 0 failed.');
  });
});
