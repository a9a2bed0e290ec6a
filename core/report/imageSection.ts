import type { ImageReport } from '../api/report.ts';
import type { ReportCrop, ReportImages } from '../api/reportImages.ts';
import { escapeHtml } from './escapeHtml.ts';
import type { ReportWords, Sentence } from './reportWords.ts';
import { shortName } from './shortName.ts';
import { verdictMark } from './verdictMark.ts';

const DATA_URI = /^data:image\/(?:png|jpeg|webp);base64,[A-Za-z0-9+/]+={0,2}$/;

/**
 * One image: before and after, where it differs, the places worth a look at 1:1, and each figure with a sentence.
 *
 * @param images Undefined where the files are gone, which is said.
 * @throws RangeError when an image is not a `data:` URI of an image (our bug, not the user's).
 */
export function imageSection(
  report: ImageReport,
  images: ReportImages | undefined,
  index: number,
  words: ReportWords,
): string {
  const { input, output, quality } = report;
  const verdict = quality?.verdict ?? 'unmeasured';
  const sizes = `${input.width} × ${input.height} → ${output.width} × ${output.height} px`;
  const looks =
    images === undefined
      ? [`<p class="quiet">${escapeHtml(words.filesGone)}</p>`]
      : [comparison(images, words), maps(images, words)];
  return [
    `<article id="image-${index}" data-verdict="${verdict}">`,
    `<header><h3><bdi>${escapeHtml(shortName(output.path))}</bdi></h3>`,
    `<p>${verdictMark(verdict, words)} <span class="quiet">${sizes}</span></p></header>`,
    `<div class="looks">${looks.join('\n')}</div>`,
    '<div class="says">',
    reasons(report, words),
    `<dl>${sentencesOf(report, words).map(definition).join('')}</dl>`,
    ...(images?.crops ?? []).map((crop) => cropPair(crop, words)),
    '</div>',
    '</article>',
    '',
  ].join('\n');
}

function comparison({ width, height, before, after }: ReportImages, words: ReportWords): string {
  const size = { width, height };
  return [
    `<div class="pair" style="aspect-ratio:${width}/${height}">`,
    `<figure class="before">${image(before, words.before, size)}<figcaption>${escapeHtml(words.before)}</figcaption></figure>`,
    `<figure class="after">${image(after, words.after, size)}<figcaption>${escapeHtml(words.after)}</figcaption></figure>`,
    `<input class="slider" type="range" min="0" max="100" value="50" aria-label="${escapeHtml(words.slider)}">`,
    '</div>',
  ].join('');
}

function maps(images: ReportImages, words: ReportWords): string {
  const { width, height } = images;
  const map = (uri: string, name: string, meaning: string): string =>
    `<figure>${image(uri, `${name}: ${meaning}`, { width, height })}` +
    `<figcaption><b>${escapeHtml(name)}</b> ${escapeHtml(meaning)}</figcaption></figure>`;
  return [
    '<div class="maps">',
    map(images.difference, words.difference, words.differenceMeaning),
    map(images.similarity, words.similarityMap, words.similarityMeaning),
    '</div>',
  ].join('');
}

function cropPair({ kind, place, before, after }: ReportCrop, words: ReportWords): string {
  const title = kind === 'look' ? words.cropLook : words.cropGained;
  const where = words.place(place.x, place.y);
  return [
    `<figure class="crop ${kind}"><div>`,
    image(before, `${title}, ${words.bicubic}`, place),
    image(after, `${title}, ${words.after}`, place),
    `</div><figcaption><b>${escapeHtml(title)}</b> ${escapeHtml(where)}: `,
    `${escapeHtml(words.bicubic)} · ${escapeHtml(words.after)}</figcaption></figure>`,
  ].join('');
}

function image(
  uri: string,
  alt: string,
  { width, height }: { readonly width: number; readonly height: number },
): string {
  if (!DATA_URI.test(uri)) {
    throw new RangeError(`the image "${uri.slice(0, 40)}" is not a data: URI of an image`);
  }
  return (
    `<img src="${uri}" alt="${escapeHtml(alt)}" width="${width}" height="${height}" ` +
    'loading="lazy" decoding="async">'
  );
}

function reasons({ quality }: ImageReport, words: ReportWords): string {
  if (quality === null) return '';
  if (quality.reasons.length === 0) return `<p class="quiet">${escapeHtml(words.nothingFound)}</p>`;
  const items = quality.reasons.map(({ code, severity, places: [place] }) => {
    const where = place === undefined ? '' : ` (${escapeHtml(words.place(place.x, place.y))})`;
    return `<li class="${severity}">${escapeHtml(words.reasons[code])}${where}</li>`;
  });
  return `<ul class="reasons">${items.join('')}</ul>`;
}

function sentencesOf(
  { quality, passes, device, tiles, stagesMs }: ImageReport,
  words: ReportWords,
): Sentence[] {
  const { sentences } = words;
  const seconds = Object.values(stagesMs).reduce((sum, ms) => sum + ms, 0) / 1000;
  const models = passes.map(({ id }) => id).join(' + ');
  const made = sentences.made(models || words.noFigure, device, seconds.toFixed(1), tiles.count);
  if (quality === null) return [made];
  const { consistency, detail, input, output } = quality;
  return [
    ...(consistency.identical || consistency.psnrDb !== null
      ? [sentences.consistency(consistency.psnrDb)]
      : []),
    ...(consistency.ssim === null ? [] : [sentences.similarity(consistency.ssim)]),
    ...(consistency.deltaE.mean === null ? [] : [sentences.colour(consistency.deltaE.mean)]),
    ...(detail?.gradientGain == null ? [] : [sentences.gain(detail.gradientGain)]),
    ...(input === null || output === null
      ? []
      : [sentences.noise(input.noise, output.noise), sentences.blur(input.blur, output.blur)]),
    made,
  ];
}

function definition({ name, figure, meaning }: Sentence): string {
  return `<div><dt>${escapeHtml(name)}</dt><dd><b>${escapeHtml(figure)}</b> – ${escapeHtml(meaning)}</dd></div>`;
}
