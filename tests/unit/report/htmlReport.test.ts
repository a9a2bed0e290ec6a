import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { VerdictKind } from '../../../core/api/report.ts';
import type { ReportPictures } from '../../../core/api/reportPictures.ts';
import { htmlReport } from '../../../core/report/htmlReport.ts';
import type { ReportEntry } from '../../../core/report/reportEntry.ts';
import type { ReportLanguage } from '../../../core/report/reportWords.ts';
import { reportNamed, sampleQuality } from './sampleReport.ts';

const PIXEL = 'data:image/png;base64,iVBORw0KGgo=';
const PICTURES: ReportPictures = {
  width: 48,
  height: 32,
  before: PIXEL,
  after: PIXEL,
  difference: PIXEL,
  similarity: PIXEL,
  crops: [{ kind: 'look', place: { x: 8, y: 4, width: 16, height: 16 }, before: PIXEL, after: PIXEL }],
};

function page(entries: readonly ReportEntry[], language: ReportLanguage = 'en'): string {
  return htmlReport({ entries, failures: [], language });
}

function entry(path: string, verdict: VerdictKind, psnrDb: number | null): ReportEntry {
  const quality = sampleQuality();
  const consistency = { ...quality.consistency, psnrDb };
  return { report: { ...reportNamed(path), quality: { ...quality, verdict, consistency } } };
}

function namesInOrder(html: string): readonly string[] {
  return [...html.matchAll(/<td class="name" data-value="([^"]*)"/g)].map((match) => match[1] ?? '');
}

describe('htmlReport', () => {
  test('shows a hostile file name as text, wherever it stands', () => {
    const report = reportNamed('"><img src=x onerror=alert(1)>.png');
    const html = page([{ report, pictures: PICTURES }]);
    expect(html).not.toContain('<img src=x');
    expect(html.split('&quot;&gt;&lt;img src=x onerror=alert(1)&gt;.png')).toHaveLength(4);
  });

  test('spells out what turns the writing direction of a name', () => {
    const html = page([{ report: reportNamed('photo\u202Egnp.exe\u0007.png') }]);
    expect(html).toContain('photo⟨U+202E⟩gnp.exe⟨U+0007⟩.png');
    expect(['\u202E', '\u0007'].filter((character) => html.includes(character))).toEqual([]);
  });

  test('lets nothing run and nothing load that is not its own', () => {
    const html = page([{ report: reportNamed('a.png') }]);
    const script = /<script>([^]*)<\/script>/.exec(html)?.[1] ?? '';
    const hash = createHash('sha256').update(script).digest('base64');
    expect(html).toContain(`script-src &#39;sha256-${hash}&#39;`);
    expect(html).toContain('default-src &#39;none&#39;');
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).not.toMatch(/https?:|<link|@import|url\(/);
  });

  test('lists the worst first, and what was not measured last', () => {
    const entries = [
      { report: { ...reportNamed('unknown'), quality: null } },
      entry('fine', 'ok', 50),
      entry('doubtful', 'look', 45),
      entry('broken', 'failed', 12),
      entry('worse', 'look', 31),
      entry('not a number', 'failed', null),
    ];
    expect(namesInOrder(page(entries))).toEqual([
      'not a number',
      'broken',
      'worse',
      'doubtful',
      'fine',
      'unknown',
    ]);
  });

  test.each([
    {
      language: 'en',
      texts: [
        'lang="en"',
        'shows where its tiles meet (at 1012, 0)',
        '<b>48.2 dB</b> – reduced again it equals your picture',
      ],
    },
    { language: 'zh-TW', texts: ['lang="zh-TW"', '看得出圖塊的接縫', '縮回原尺寸後與您的圖片相同'] },
  ] as const)('speaks $language', ({ language, texts }) => {
    const html = page([{ report: reportNamed('a.png'), pictures: PICTURES }], language);
    expect(texts.filter((text) => !html.includes(text))).toEqual([]);
  });

  test.each(['http://example.org/a.png', 'data:text/html;base64,PGI+', 'data:image/png;base64,"onload="x'])(
    'refuses the preview %s',
    (uri) => {
      const pictures = { ...PICTURES, after: uri };
      expect(() => page([{ report: reportNamed('a.png'), pictures }])).toThrow(RangeError);
    },
  );

  test('names inputs that gave no result, with the reason', () => {
    const failures = [
      { input: '<b>.png', error: { code: 'image/corrupt', message: 'The picture is damaged.' } },
    ] as const;
    const html = htmlReport({ entries: [], failures, language: 'en' });
    expect(html).toContain('&lt;b&gt;.png');
    expect(html).toContain('The picture is damaged.');
  });

  test('is a page even for an empty batch', () => {
    expect(page([])).toContain('0 pictures');
  });
});
