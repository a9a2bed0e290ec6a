import { fidelityOf } from '../api/fidelity.ts';
import type { Language } from '../api/languages.ts';
import type { ReasonCode, VerdictKind } from '../api/report.ts';
import type { TextKey, TextValues } from '../texts/textKeys.ts';
import { translate } from '../texts/translate.ts';

export type ReportLanguage = Language;

/** A figure with its name and its meaning. */
export interface Sentence {
  readonly name: string;
  readonly figure: string;
  readonly meaning: string;
}

/** In place of a missing figure. */
export const NO_FIGURE = '–';

/** The texts of the HTML report in one language, from the catalogue. */
export class ReportWords {
  readonly #language: Language;

  constructor(language: Language) {
    this.#language = language;
  }

  text(key: TextKey, values?: TextValues): string {
    return translate(this.#language, key, values);
  }

  verdict(verdict: VerdictKind | 'unmeasured'): string {
    return verdict === 'unmeasured' ? this.text('page.unmeasured') : this.text(`verdict.short.${verdict}`);
  }

  /** The sentence about a finding and, if it has one, its place in pixels of the output. */
  reason(code: ReasonCode, place: { readonly x: number; readonly y: number } | undefined): string {
    const sentence = this.text(`reason.${code}`);
    return place === undefined ? sentence : `${sentence.replace(/[.。]$/, '')} (${this.place(place)})`;
  }

  place({ x, y }: { readonly x: number; readonly y: number }): string {
    return this.text('page.place', { x: String(x), y: String(y) });
  }

  /** @param psnrDb Of the output, scaled back down, against the input; `null` if they are identical. */
  consistency(psnrDb: number | null): Sentence {
    return {
      name: this.text('score.explains'),
      figure: psnrDb === null ? this.text('score.identical') : `${psnrDb.toFixed(1)} dB`,
      meaning: this.text(`score.explains.${fidelityOf(psnrDb)}`),
    };
  }

  similarity(ssim: number): Sentence {
    const meaning = this.text(ssim >= 0.98 ? 'score.structure.good' : 'score.structure.fair');
    return { name: this.text('score.structure'), figure: ssim.toFixed(4), meaning };
  }

  colour(deltaE: number): Sentence {
    const meaning = this.text(deltaE < 1 ? 'score.colour.good' : 'score.colour.fair');
    return { name: this.text('score.colour'), figure: `ΔE ${deltaE.toFixed(2)}`, meaning };
  }

  gain(factor: number): Sentence {
    const meaning = this.text(factor >= 1 ? 'page.detail.more' : 'page.detail.less');
    return { name: this.text('score.detail'), figure: `× ${factor.toFixed(2)}`, meaning };
  }

  /** @param share Of the output's contrast, 0…1. */
  invented(share: number): Sentence {
    const figure = `${(100 * share).toFixed(1)}%`;
    return { name: this.text('score.invented'), figure, meaning: this.text('score.invented.text') };
  }

  noise(input: number, output: number): Sentence {
    const figure = `${input.toFixed(1)} → ${output.toFixed(1)}`;
    return { name: this.text('page.noise'), figure, meaning: this.text('page.noise.meaning') };
  }

  blur(input: number, output: number): Sentence {
    const figure = `${input.toFixed(2)} → ${output.toFixed(2)}`;
    return { name: this.text('page.blur'), figure, meaning: this.text('page.blur.meaning') };
  }

  made(
    models: string,
    how: { readonly device: string; readonly seconds: string; readonly tiles: number },
  ): Sentence {
    const { device, seconds, tiles } = how;
    const meaning = this.text('page.made.tiles', { device, seconds, count: tiles });
    return { name: this.text('page.made'), figure: models === '' ? NO_FIGURE : models, meaning };
  }
}
