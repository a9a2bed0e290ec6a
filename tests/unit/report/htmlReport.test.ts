import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { OtherInput, ReportedFailure, VerdictKind } from '../../../core/api/report.ts';
import type { ReportImages } from '../../../core/api/reportImages.ts';
import { htmlReport } from '../../../core/report/htmlReport.ts';
import type { ReportEntry } from '../../../core/report/reportEntry.ts';
import type { ReportLanguage } from '../../../core/report/reportWords.ts';
import { reportNamed, sampleQuality } from './sampleReport.ts';

const PIXEL = 'data:image/png;base64,iVBORw0KGgo=';
const PREVIEWS: ReportImages = {
  width: 48,
  height: 32,
  before: PIXEL,
  after: PIXEL,
  difference: PIXEL,
  similarity: PIXEL,
  crops: [{ kind: 'look', place: { x: 8, y: 4, width: 16, height: 16 }, before: PIXEL, after: PIXEL }],
};

const images = (): Promise<ReportImages> => Promise.resolve(PREVIEWS);

async function page(
  entries: readonly ReportEntry[],
  {
    language = 'en',
    failures = [],
    others = [],
  }: {
    language?: ReportLanguage;
    failures?: readonly ReportedFailure[];
    others?: readonly OtherInput[];
  } = {},
): Promise<string> {
  const batch = { program: 'enlarger test', finishedAt: '2026-11-25T00:00:00Z', entries, failures, others };
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
  test('shows a hostile file name as text, wherever it appears', async () => {
    const report = reportNamed('"><img src=x onerror=alert(1)>.png');
    const html = await page([{ report, pictures: images }]);
    expect(html).not.toContain('<img src=x');
    expect(html.split('&quot;&gt;&lt;img src=x onerror=alert(1)&gt;.png')).toHaveLength(4);
  });

  test('spells out characters that change the writing direction of a name', async () => {
    const html = await page([{ report: reportNamed('photo\u202Egnp.exe\u0007.png') }]);
    expect(html).toContain('photo⟨U+202E⟩gnp.exe⟨U+0007⟩.png');
    expect(['\u202E', '\u0007'].filter((character) => html.includes(character))).toEqual([]);
  });

  test('shows how much of the contrast the model invented, beyond that of any resize', async () => {
    const quality = sampleQuality();
    const { detail } = quality;
    if (detail === null) throw new TypeError('the saved report has no detail');
    const pageOf = (changed: typeof quality.detail): Promise<string> =>
      page([
        { report: { ...reportNamed('a.png'), quality: { ...quality, detail: changed } }, pictures: images },
      ]);
    expect(await pageOf({ ...detail, fineShare: 0.03, bicubicFineShare: 0.008 })).toContain(
      '<dt>Invented detail</dt><dd><b>2.2%</b>',
    );
    expect(await pageOf(null)).not.toContain('Invented detail');
  });

  test('lists added networks with author and licence, once each and as text', async () => {
    const report = reportNamed('photo.png');
    const network = { id: '4x-foo', scale: 4, sha256: null, author: 'Ann <b>', licence: 'CC-BY-NC-4.0' };
    const passes = [{ ...network, isNonCommercial: true }];
    const html = await page([{ report: { ...report, passes } }, { report: { ...report, passes } }]);
    const line = '<b><bdi>4x-foo</bdi></b> by Ann &lt;b&gt; · licence: CC-BY-NC-4.0 · not for commercial use';
    expect(html.split(line)).toHaveLength(2);
  });

  test('has no list of added networks if only those of the program were used', async () => {
    expect(await page([{ report: reportNamed('photo.png') }])).not.toContain('Networks that were added');
  });

  test('its policy only allows its own parts to run or load', async () => {
    const html = await page([{ report: reportNamed('a.png') }]);
    const script = /<script>([^]*)<\/script>/.exec(html)?.[1] ?? '';
    const hash = createHash('sha256').update(script).digest('base64');
    expect(html).toContain(`script-src &#39;sha256-${hash}&#39;`);
    expect(html).toContain('default-src &#39;none&#39;');
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).not.toMatch(/https?:|<link|@import|url\(/);
  });

  test('lists images worst first, and those that were not measured last', async () => {
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
        'Visible seams between tiles (at 1012, 0)',
        '<b>48.2 dB</b> – Scaled back down, it looks identical to your image',
      ],
    },
    {
      language: 'zh-TW',
      texts: ['lang="zh-TW"', '看得出圖塊的接縫', '縮回原尺寸後，肉眼看不出與您的圖片有何不同'],
    },
  ] as const)('is written in $language', async ({ language, texts }) => {
    const html = await page([{ report: reportNamed('a.png'), pictures: images }], { language });
    expect(texts.filter((text) => !html.includes(text))).toEqual([]);
  });

  test.each(['http://example.org/a.png', 'data:text/html;base64,PGI+', 'data:image/png;base64,"onload="x'])(
    'refuses the preview %s',
    async (uri) => {
      const spoilt = { ...PREVIEWS, after: uri };
      const entries = [{ report: reportNamed('a.png'), pictures: () => Promise.resolve(spoilt) }];
      await expect(page(entries)).rejects.toThrow(RangeError);
    },
  );

  test('lists inputs that failed, with the reason', async () => {
    const failures = [
      { input: '<b>.png', error: { code: 'image/corrupt', message: 'The image is damaged.' } },
    ] as const;
    const html = await page([], { failures });
    expect(html).toContain('&lt;b&gt;.png');
    expect(html).toContain('The image is damaged.');
  });

  test('lists inputs that were skipped or cancelled, with the reason', async () => {
    const others = [
      { input: 'a.png', state: 'skipped', reason: 'output-exists' },
      { input: '<i>.png', state: 'cancelled' },
    ] as const;
    const html = await page([], { others });
    expect(html).toContain('<bdi>a.png</bdi></b> Skipped: result already exists');
    expect(html).toContain('<bdi>&lt;i&gt;.png</bdi></b> Cancelled');
    expect(await page([])).not.toContain('Other files');
  });

  test('is a page even for an empty batch', async () => {
    expect(await page([])).toContain('0 images');
  });

  test('explains that the files of an image are gone, and still shows its figures', async () => {
    const html = await page([{ report: reportNamed('a.png'), pictures: () => Promise.resolve(undefined) }]);
    expect(html).toContain('it or its original has been moved, deleted or changed');
    expect(html).toContain('<b>48.2 dB</b>');
    expect(html).toContain('<a href="#image-0">');
  });

  test('shows the 500 worst of a thousand, has a row for each, and never keeps more than a few in memory', async () => {
    let held = 0;
    let most = 0;
    const entries = Array.from({ length: 1_000 }, (_, index) => ({
      ...entry(`p${index}.png`, 'ok', index / 10),
      pictures: async () => {
        most = Math.max(most, ++held);
        return Promise.resolve(PREVIEWS);
      },
    }));
    const batch = {
      program: 'enlarger test',
      finishedAt: '2026-11-25T00:00:00Z',
      entries,
      failures: [],
      others: [],
    };
    let html = '';
    for await (const part of htmlReport(batch, 'en')) {
      html += part;
      if (part.startsWith('<article')) held--;
    }
    expect(namesInOrder(html)).toHaveLength(1_000);
    expect(html.match(/<article/g)).toHaveLength(500);
    expect(html.match(/<h3><bdi>[^<]*/g)?.slice(0, 2)).toEqual(['<h3><bdi>p0.png', '<h3><bdi>p1.png']);
    expect(html).toContain('The 500 images most in need of review are shown below.');
    expect(most).toBeLessThanOrEqual(4);
  });
});
