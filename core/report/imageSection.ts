import { inventedShare } from '../api/fidelity.ts';
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
 * @param images Undefined if the files are gone; the section then has a sentence in their place.
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
<div class="looks">${images === undefined ? markup`<p class="quiet">${words.text('page.filesGone')}</p>` : views(images, words)}</div>
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
<figure class="before">${image(before, words.text('page.before'), size)}<figcaption>${words.text('page.before')}</figcaption></figure>
<figure class="after">${image(after, words.text('page.after'), size)}<figcaption>${words.text('page.after')}</figcaption></figure>
<input class="slider" type="range" min="0" max="100" value="50" aria-label="${words.text('page.slider')}">
</div>`;
}

function maps(images: ReportImages, words: ReportWords): Markup {
  const map = (uri: string, name: string, meaning: string): Markup =>
    markup`<figure>${image(uri, `${name}: ${meaning}`, images)}<figcaption><b>${name}</b> ${meaning}</figcaption></figure>`;
  return markup`<div class="maps">
${map(images.difference, words.text('page.difference'), words.text('page.difference.meaning'))}
${map(images.similarity, words.text('score.structure'), words.text('page.structure.meaning'))}
</div>`;
}

function cropPair({ kind, place, before, after }: ReportCrop, words: ReportWords): Markup {
  const title = words.text(kind === 'look' ? 'page.crop.look' : 'page.crop.gained');
  const [bicubic, enlarged] = [words.text('page.bicubic'), words.text('page.after')];
  return markup`<figure class="crop ${kind}"><div>
${image(before, `${title}, ${bicubic}`, place)}
${image(after, `${title}, ${enlarged}`, place)}
</div><figcaption><b>${title}</b> ${words.place(place)}: ${bicubic} · ${enlarged}</figcaption></figure>`;
}

function image(uri: string, alt: string, { width, height }: Size): Markup {
  if (!DATA_URI.test(uri)) {
    throw new RangeError(`the image "${uri.slice(0, 40)}" is not a data: URI of an image`);
  }
  return markup`<img src="${trusted(uri)}" alt="${alt}" width="${width}" height="${height}" loading="lazy" decoding="async">`;
}

function reasons({ quality }: ImageReport, words: ReportWords): Markup {
  if (quality === null) return trusted('');
  if (quality.reasons.length === 0) return markup`<p class="quiet">${words.text('verdict.ok')}</p>`;
  const items = quality.reasons.map(({ code, severity, places: [place] }) => {
    return markup`<li class="${severity}">${words.reason(code, place)}</li>`;
  });
  return markup`<ul class="reasons">${items}</ul>`;
}

function sentencesOf(
  { quality, passes, device, tiles, stagesMs }: ImageReport,
  words: ReportWords,
): Sentence[] {
  const seconds = Object.values(stagesMs).reduce((sum, ms) => sum + ms, 0) / 1000;
  const models = passes.map(({ id }) => id).join(' + ');
  const made = words.made(models, { device, seconds: seconds.toFixed(1), tiles: tiles.count });
  if (quality === null) return [made];
  const { consistency, detail, input, output } = quality;
  const invented = inventedShare(quality);
  return [
    ...(consistency.identical || consistency.psnrDb !== null ? [words.consistency(consistency.psnrDb)] : []),
    ...(consistency.ssim === null ? [] : [words.similarity(consistency.ssim)]),
    ...(consistency.deltaE.mean === null ? [] : [words.colour(consistency.deltaE.mean)]),
    ...(detail?.gradientGain == null ? [] : [words.gain(detail.gradientGain)]),
    ...(invented === undefined ? [] : [words.invented(invented)]),
    ...(input === null || output === null
      ? []
      : [words.noise(input.noise, output.noise), words.blur(input.blur, output.blur)]),
    made,
  ];
}

function definition({ name, figure, meaning }: Sentence): Markup {
  return markup`<div><dt>${name}</dt><dd><b>${figure}</b> – ${meaning}</dd></div>`;
}
