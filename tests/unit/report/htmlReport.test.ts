import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ReportedFailure, VerdictKind } from '../../../core/api/report.ts';
import type { ReportImages } from '../../../core/api/reportImages.ts';
import { htmlReport } from '../../../core/report/htmlReport.ts';
import type { ReportEntry } from '../../../core/report/reportEntry.ts';
import type { ReportLanguage } from '../../../core/report/reportWords.ts';
import { reportNamed, sampleQuality } from './sampleReport.ts';

const PIXEL = 'data:image/png;base64,iVBORw0KGgo=';
const PICTURES: ReportImages = {
  width: 48,
  height: 32,
  before: PIXEL,
  after: PIXEL,
  difference: PIXEL,
  similarity: PIXEL,
  crops: [{ kind: 'look', place: { x: 8, y: 4, width: 16, height: 16 }, before: PIXEL, after: PIXEL }],
};

const images = (): Promise<ReportImages> => Promise.resolve(PICTURES);

async function page(
  entries: readonly ReportEntry[],
  {
    language = 'en',
    failures = [],
  }: { language?: ReportLanguage; failures?: readonly ReportedFailure[] } = {},
): Promise<string> {
  const batch = { program: 'enlarger test', finishedAt: '2026-11-25T00:00:00Z', entries, failures };
  const parts: string[] = [];
  for await (const part of htmlReport(batch, language)) parts.push(part);
  return parts.join('');
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
  test('shows a hostile file name as text, wherever it stands', async () => {
    const report = reportNamed('"><img src=x onerror=alert(1)>.png');
    const html = await page([{ report, pictures: images }]);
    expect(html).not.toContain('<img src=x');
    expect(html.split('&quot;&gt;&lt;img src=x onerror=alert(1)&gt;.png')).toHaveLength(4);
  });

  test('spells out what turns the writing direction of a name', async () => {
    const html = await page([{ report: reportNamed('photo\u202Egnp.exe\u0007.png') }]);
    expect(html).toContain('photo⟨U+202E⟩gnp.exe⟨U+0007⟩.png');
    expect(['\u202E', '\u0007'].filter((character) => html.includes(character))).toEqual([]);
  });

  test('lets nothing run and nothing load that is not its own', async () => {
    const html = await page([{ report: reportNamed('a.png') }]);
    const script = /<script>([^]*)<\/script>/.exec(html)?.[1] ?? '';
    const hash = createHash('sha256').update(script).digest('base64');
    expect(html).toContain(`script-src &#39;sha256-${hash}&#39;`);
    expect(html).toContain('default-src &#39;none&#39;');
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).not.toMatch(/https?:|<link|@import|url\(/);
  });

  test('lists the worst first, and what was not measured last', async () => {
    const entries = [
      { report: { ...reportNamed('unknown'), quality: null } },
      entry('fine', 'ok', 50),
      entry('doubtful', 'look', 45),
      entry('broken', 'failed', 12),
      entry('worse', 'look', 31),
      entry('not a number', 'failed', null),
    ];
    expect(namesInOrder(await page(entries))).toEqual([
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
        '<b>48.2 dB</b> – reduced again it equals your image',
      ],
    },
    { language: 'zh-TW', texts: ['lang="zh-TW"', '看得出圖塊的接縫', '縮回原尺寸後與您的圖片相同'] },
  ] as const)('speaks $language', async ({ language, texts }) => {
    const html = await page([{ report: reportNamed('a.png'), pictures: images }], { language });
    expect(texts.filter((text) => !html.includes(text))).toEqual([]);
  });

  test.each(['http://example.org/a.png', 'data:text/html;base64,PGI+', 'data:image/png;base64,"onload="x'])(
    'refuses the preview %s',
    async (uri) => {
      const spoilt = { ...PICTURES, after: uri };
      const entries = [{ report: reportNamed('a.png'), pictures: () => Promise.resolve(spoilt) }];
      await expect(page(entries)).rejects.toThrow(RangeError);
    },
  );

  test('names inputs that gave no result, with the reason', async () => {
    const failures = [
      { input: '<b>.png', error: { code: 'image/corrupt', message: 'The image is damaged.' } },
    ] as const;
    const html = await page([], { failures });
    expect(html).toContain('&lt;b&gt;.png');
    expect(html).toContain('The image is damaged.');
  });

  test('is a page even for an empty batch', async () => {
    expect(await page([])).toContain('0 images');
  });

  test('says so where the files of an image are gone, and shows its figures all the same', async () => {
    const html = await page([{ report: reportNamed('a.png'), pictures: () => Promise.resolve(undefined) }]);
    expect(html).toContain('its file, or that of its original, is not there any more');
    expect(html).toContain('<b>48.2 dB</b>');
    expect(html).toContain('<a href="#image-0">');
  });

  test('shows the 500 worst of a thousand, has a row for each, and never holds more than a few', async () => {
    let held = 0;
    let most = 0;
    const entries = Array.from({ length: 1_000 }, (_, index) => ({
      ...entry(`p${index}.png`, 'ok', index / 10),
      pictures: async () => {
        most = Math.max(most, ++held);
        return Promise.resolve(PICTURES);
      },
    }));
    const batch = { program: 'enlarger test', finishedAt: '2026-11-25T00:00:00Z', entries, failures: [] };
    let html = '';
    for await (const part of htmlReport(batch, 'en')) {
      html += part;
      if (part.startsWith('<article')) held--;
    }
    expect(namesInOrder(html)).toHaveLength(1_000);
    expect(html.match(/<article/g)).toHaveLength(500);
    expect(html.match(/<h3><bdi>[^<]*/g)?.slice(0, 2)).toEqual(['<h3><bdi>p0.png', '<h3><bdi>p1.png']);
    expect(html).toContain('The 500 that need a look most are shown below.');
    expect(most).toBeLessThanOrEqual(4);
  });
});
