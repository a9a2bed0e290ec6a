import type { ImageReport } from '../api/report.ts';
import type { ReportCrop, ReportImages } from '../api/reportImages.ts';
import type { Size } from '../api/image.ts';
import { markup, trusted, type Markup } from './markup.ts';
import type { ReportWords, Sentence } from './reportWords.ts';
import { shortName } from './shortName.ts';
import { verdictMark } from './verdictMark.ts';

const DATA_URI = /^data:image\/(?:png|jpeg|webp);base64,[A-Za-z0-9+/]+={0,2}$/;

/**
 * One image: before and after, where they differ, the places to check at 1:1, and each figure with a sentence.
 *
 * @param images Undefined if the files are gone; the section states that in their place.
 * @throws RangeError when an image is not a `data:` URI of an image (our bug, not the user's).
 */
export function imageSection(
  report: ImageReport,
  images: ReportImages | undefined,
  index: number,
  words: ReportWords,
): Markup {
  const { input, output, quality } = report;
  const verdict = quality?.verdict ?? 'unmeasured';
  const sizes = `${input.width} × ${input.height} → ${output.width} × ${output.height} px`;
  return markup`<article id="image-${index}" data-verdict="${verdict}">
<header><h3><bdi>${shortName(output.path)}</bdi></h3>
<p>${verdictMark(verdict, words)} <span class="quiet">${sizes}</span></p></header>
<div class="looks">${images === undefined ? markup`<p class="quiet">${words.filesGone}</p>` : views(images, words)}</div>
<div class="says">
${reasons(report, words)}
<dl>${sentencesOf(report, words).map(definition)}</dl>
${images?.crops.map((crop) => cropPair(crop, words))}
</div>
</article>
`;
}

function views(images: ReportImages, words: ReportWords): Markup {
  return markup`${comparison(images, words)}
${maps(images, words)}`;
}

function comparison({ width, height, before, after }: ReportImages, words: ReportWords): Markup {
  const size = { width, height };
  return markup`<div class="pair" style="aspect-ratio:${width}/${height}">
<figure class="before">${image(before, words.before, size)}<figcaption>${words.before}</figcaption></figure>
<figure class="after">${image(after, words.after, size)}<figcaption>${words.after}</figcaption></figure>
<input class="slider" type="range" min="0" max="100" value="50" aria-label="${words.slider}">
</div>`;
}

function maps(images: ReportImages, words: ReportWords): Markup {
  const map = (uri: string, name: string, meaning: string): Markup =>
    markup`<figure>${image(uri, `${name}: ${meaning}`, images)}<figcaption><b>${name}</b> ${meaning}</figcaption></figure>`;
  return markup`<div class="maps">
${map(images.difference, words.difference, words.differenceMeaning)}
${map(images.similarity, words.similarityMap, words.similarityMeaning)}
</div>`;
}

function cropPair({ kind, place, before, after }: ReportCrop, words: ReportWords): Markup {
  const title = kind === 'look' ? words.cropLook : words.cropGained;
  return markup`<figure class="crop ${kind}"><div>
${image(before, `${title}, ${words.bicubic}`, place)}
${image(after, `${title}, ${words.after}`, place)}
</div><figcaption><b>${title}</b> ${words.place(place.x, place.y)}: ${words.bicubic} · ${words.after}</figcaption></figure>`;
}

function image(uri: string, alt: string, { width, height }: Size): Markup {
  if (!DATA_URI.test(uri)) {
    throw new RangeError(`the image "${uri.slice(0, 40)}" is not a data: URI of an image`);
  }
  return markup`<img src="${trusted(uri)}" alt="${alt}" width="${width}" height="${height}" loading="lazy" decoding="async">`;
}

function reasons({ quality }: ImageReport, words: ReportWords): Markup {
  if (quality === null) return trusted('');
  if (quality.reasons.length === 0) return markup`<p class="quiet">${words.nothingFound}</p>`;
  const items = quality.reasons.map(({ code, severity, places: [place] }) => {
    const where = place === undefined ? '' : ` (${words.place(place.x, place.y)})`;
    return markup`<li class="${severity}">${words.reasons[code]}${where}</li>`;
  });
  return markup`<ul class="reasons">${items}</ul>`;
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

function definition({ name, figure, meaning }: Sentence): Markup {
  return markup`<div><dt>${name}</dt><dd><b>${figure}</b> – ${meaning}</dd></div>`;
}
