import type { Rect, Size } from '../../core/api/image.ts';
import type { ErrorDto } from '../../core/api/errors.ts';
import type { Language } from '../../core/api/languages.ts';
import type { TextKey, TextValues } from '../../core/texts/english.ts';
import { translate } from '../../core/texts/translate.ts';

export type Translate = (key: TextKey, values?: TextValues) => string;

/** All words and figures that the window says, in the chosen language. */
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

  /** A share of 0…1 as whole percent. */
  readonly percent = (share: number): string => `${this.number(Math.floor(share * 100))}%`;

  readonly size = ({ width, height }: Size): string => `${width} × ${height}`;

  readonly place = ({ x, y, width, height }: Rect): string => `${x}, ${y} · ${width} × ${height}`;

  /** Pixels as photographers count them. */
  readonly megapixels = (size: Size): string => {
    const megapixels = (size.width * size.height) / 1e6;
    return `${this.number(megapixels, megapixels < 10 ? 1 : 0)} MP`;
  };

  readonly bytes = (bytes: number): string => {
    const units = ['B', 'KB', 'MB', 'GB', 'TB'];
    const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
    return `${this.number(bytes / 1000 ** power, power >= 2 ? 1 : 0)} ${units[power] ?? ''}`;
  };

  /** A time span, rounded as one would say it. */
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

  /** What happened and what to do about it. */
  readonly error = ({ code }: ErrorDto): string => translate(this.#language, `error.${code}`);
}
