import { toErrorDto } from '../../../core/api/errors.ts';
import type { ErrorDto } from '../../../core/api/errors.ts';
import type { EnlargerApi } from '../../../core/api/contract.ts';
import type { Source } from '../../../core/api/batchSpec.ts';
import type { JobSettings } from '../../../core/api/jobSettings.ts';
import type { Rect, Size } from '../../../core/api/image.ts';
import { targetSize } from '../../../core/api/targetSize.ts';
import type { CropPreview } from '../../../core/api/views.ts';
import { delayed } from '../delayed.ts';
import { Latest } from '../latest.ts';

/** What is looked at before anything is run. */
export interface PreviewSubject {
  readonly source: Source;
  readonly size: Size;
  readonly settings: JobSettings;
}

const ASK_DELAY_MS = 120;
const MIN_CROP_PX = 24;

/** The part of an image that fills a view of so many pixels when it is enlarged. */
export function visibleCrop(subject: PreviewSubject, view: Size, centre: { x: number; y: number }): Rect {
  const target = targetSize(subject.size, subject.settings.sizing);
  const side = (viewPx: number, fullPx: number, targetPx: number): number =>
    Math.min(fullPx, Math.max(MIN_CROP_PX, Math.round((viewPx * fullPx) / targetPx)));
  const width = side(view.width, subject.size.width, target.width);
  const height = side(view.height, subject.size.height, target.height);
  const place = (share: number, fullPx: number, sidePx: number): number =>
    Math.min(fullPx - sidePx, Math.max(0, Math.round(share * fullPx - sidePx / 2)));
  return {
    x: place(centre.x, subject.size.width, width),
    y: place(centre.y, subject.size.height, height),
    width,
    height,
  };
}

/** A crop of one image, enlarged as the settings say, next to the bicubic enlargement. */
export class Preview {
  readonly #api: EnlargerApi;
  readonly #latest = new Latest();
  #subject = $state.raw<PreviewSubject | undefined>(undefined);
  #view = $state.raw<Size>({ width: 400, height: 300 });
  /** Middle of the crop as shares of the image's sides. */
  #centre = $state.raw({ x: 0.5, y: 0.5 });
  #shown = $state.raw<CropPreview | undefined>(undefined);
  #error = $state.raw<ErrorDto | undefined>(undefined);
  #isAsking = $state(false);
  #msPerPixel = $state<number | undefined>(undefined);
  #split = $state(0.5);
  readonly #askSoon = delayed(() => void this.#ask(), ASK_DELAY_MS);

  constructor(api: EnlargerApi) {
    this.#api = api;
  }

  get shown(): CropPreview | undefined {
    return this.#shown;
  }

  get error(): ErrorDto | undefined {
    return this.#error;
  }

  get isAsking(): boolean {
    return this.#isAsking;
  }

  /** Share of the view that shows the bicubic enlargement. */
  get split(): number {
    return this.#split;
  }

  set split(split: number) {
    this.#split = Math.min(1, Math.max(0, split));
  }

  get crop(): Rect | undefined {
    return this.#subject && visibleCrop(this.#subject, this.#view, this.#centre);
  }

  /** How long a pixel of a result takes at the pace of the last preview. */
  get msPerPixel(): number | undefined {
    return this.#msPerPixel;
  }

  get imageSize(): Size | undefined {
    return this.#subject?.size;
  }

  /** Looks at another image, or at the same one with other settings. */
  look(subject: PreviewSubject | undefined): void {
    if (JSON.stringify(subject) === JSON.stringify(this.#subject)) return;
    const isOtherImage = JSON.stringify(subject?.source) !== JSON.stringify(this.#subject?.source);
    this.#subject = subject;
    if (isOtherImage) {
      this.#centre = { x: 0.5, y: 0.5 };
      this.#shown = undefined;
    }
    this.#askAgain();
  }

  /** @param view The view's size in device pixels. */
  resize(view: Size): void {
    if (view.width === this.#view.width && view.height === this.#view.height) return;
    this.#view = view;
    this.#askAgain();
  }

  /** Moves the crop by so many pixels of the enlarged image. */
  moveBy(deltaX: number, deltaY: number): void {
    if (this.#subject === undefined) return;
    const target = targetSize(this.#subject.size, this.#subject.settings.sizing);
    this.moveTo(this.#centre.x + deltaX / target.width, this.#centre.y + deltaY / target.height);
  }

  /** Puts the crop's middle at these shares of the image's sides. */
  moveTo(x: number, y: number): void {
    const inside = (share: number): number => Math.min(1, Math.max(0, share));
    this.#centre = { x: inside(x), y: inside(y) };
    this.#askAgain();
  }

  #askAgain(): void {
    this.#error = undefined;
    if (this.#subject === undefined) {
      this.#askSoon.cancel();
      this.#latest.forget();
      this.#isAsking = false;
      return;
    }
    this.#isAsking = true;
    this.#askSoon.call();
  }

  async #ask(): Promise<void> {
    const subject = this.#subject;
    const crop = this.crop;
    if (subject === undefined || crop === undefined) return;
    const { source, settings } = subject;
    try {
      const shown = await this.#latest.run(() => this.#api.previewCrop({ source, crop, settings }));
      if (shown === undefined) return;
      this.#shown = shown;
      const target = targetSize(subject.size, settings.sizing);
      this.#msPerPixel = shown.estimateMs / (target.width * target.height);
    } catch (error) {
      const dto = toErrorDto(error);
      // Another window asked meanwhile, and the newest request of all goes first.
      if (dto.code === 'job/cancelled') {
        this.#askSoon.call();
        return;
      }
      this.#shown = undefined;
      this.#error = dto;
    }
    this.#isAsking = false;
  }
}
