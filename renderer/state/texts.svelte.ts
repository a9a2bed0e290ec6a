import type { Rect, Size } from '../../core/api/image.ts';
import type { ErrorDto } from '../../core/api/errors.ts';
import type { Language } from '../../core/api/languages.ts';
import type { TextKey, TextValues } from '../../core/texts/textKeys.ts';
import { warningText } from '../../core/texts/warningText.ts';
import { translate } from '../../core/texts/translate.ts';

export type Translate = (key: TextKey, values?: TextValues) => string;

/** All texts and figures of the window, in the chosen language. */
export class Texts {
  #language = $state<Language>('en');
  readonly #numbers = $derived(new Intl.NumberFormat(this.#language, { maximumFractionDigits: 0 }));

  get language(): Language {
    return this.#language;
  }

  set language(language: Language) {
    this.#language = language;
  }

  /** A text by its key; `count` in `values` chooses between one and many. */
  readonly t: Translate = (key, values = {}) => translate(this.#language, key, values);

  readonly number = (value: number, digits = 0): string =>
    digits === 0
      ? this.#numbers.format(value)
      : new Intl.NumberFormat(this.#language, {
          minimumFractionDigits: digits,
          maximumFractionDigits: digits,
        }).format(value);

  /** A large number in a few digits: 16.7M. */
  readonly compact = (value: number): string =>
    new Intl.NumberFormat(this.#language, { notation: 'compact', maximumFractionDigits: 1 }).format(value);

  /** A share of 0…1 as whole percent. */
  readonly percent = (share: number): string => `${this.number(Math.floor(share * 100))}%`;

  readonly size = ({ width, height }: Size): string => `${width} × ${height}`;

  readonly place = ({ x, y, width, height }: Rect): string => `${x}, ${y} · ${width} × ${height}`;

  /** The size of an image as photographers count it. */
  readonly megapixels = ({ width, height }: Size): string => this.megapixelsOf(width * height);

  readonly bytes = (bytes: number): string => {
    const units = ['B', 'KB', 'MB', 'GB', 'TB'];
    const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
    return `${this.number(bytes / 1000 ** power, power >= 2 ? 1 : 0)} ${units[power] ?? ''}`;
  };

  /** Pixels as photographers count them; never 0.0. */
  readonly megapixelsOf = (pixels: number): string => {
    const megapixels = pixels / 1e6;
    if (megapixels < 0.05) return `< ${this.number(0.1, 1)} MP`;
    return `${this.number(megapixels, megapixels < 10 ? 1 : 0)} MP`;
  };

  /** An estimate, rounded to its precision. */
  readonly about = (ms: number): string => {
    const seconds = ms / 1000;
    if (seconds < 8) return this.t('time.aFewSeconds');
    return this.t('time.about', { time: this.#rounded(seconds) });
  };

  #rounded(seconds: number): string {
    if (seconds < 55) return this.t('time.seconds', { value: Math.ceil(seconds / 10) * 10 });
    const minutes = seconds / 60;
    if (minutes < 10) return this.t('time.minutes', { value: Math.round(minutes) });
    if (minutes < 55) return this.t('time.minutes', { value: Math.round(minutes / 5) * 5 });
    const hours = minutes / 60;
    return this.t('time.hours', { value: hours < 10 ? Math.round(hours * 2) / 2 : Math.round(hours) });
  }

  /** A time span, rounded as in speech. */
  readonly duration = (ms: number): string => {
    const seconds = ms / 1000;
    if (seconds < 10) return this.t('time.seconds', { value: this.number(Math.max(0.1, seconds), 1) });
    if (seconds < 90) return this.t('time.seconds', { value: this.number(seconds) });
    const minutes = seconds / 60;
    if (minutes < 90) return this.t('time.minutes', { value: this.number(minutes) });
    return this.t('time.hours', { value: this.number(minutes / 60, 1) });
  };

  readonly clock = (timestamp: number): string =>
    new Intl.DateTimeFormat(this.#language, {
      hour: '2-digit',
      minute: '2-digit',
      day: 'numeric',
      month: 'short',
      hourCycle: 'h23', // short enough for the list of batches in every language
    }).format(timestamp);

  /** A warning about a result, which comes as an English sentence. */
  readonly warning = (sentence: string): string => warningText(this.#language, sentence);

  /** The message of an error, with advice. */
  readonly error = ({ code }: ErrorDto): string => translate(this.#language, `error.${code}`);
}
