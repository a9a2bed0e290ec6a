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
import { clamped, fitted, fitZoom, toView, zoomedAt } from './viewport.ts';
import type { Point, Viewport } from './viewport.ts';

/** The subject of a preview: an image, with the settings to enlarge it with. */
export interface PreviewSubject {
  readonly source: Source;
  readonly size: Size;
  readonly settings: JobSettings;
}

/** An enlarged crop, with its place in the source. */
export interface ShownCrop {
  readonly preview: CropPreview;
  readonly crop: Rect;
}

const ASK_DELAY_MS = 120;
const MIN_CROP_PX = 24;
/** A crop may have this many times the pixels of the view: a larger one takes too long. */
const MAX_VIEWS = 2.5;
/** The host's limit for the source of a crop. */
const MAX_CROP_PIXELS = 4e6;

function targetOf({ size, settings }: PreviewSubject): Size {
  return targetSize(size, settings.sizing);
}

/**
 * The part of the source that is visible.
 *
 * @param viewport In pixels of the result.
 * @param view In CSS pixels.
 */
export function visibleCrop(subject: PreviewSubject, { centre, zoom }: Viewport, view: Size): Rect {
  const target = targetOf(subject);
  const along = (middle: number, viewPx: number, fullPx: number, targetPx: number): [number, number] => {
    const scale = fullPx / targetPx;
    const from = Math.max(0, Math.floor((middle - viewPx / zoom / 2) * scale));
    const to = Math.min(fullPx, Math.ceil((middle + viewPx / zoom / 2) * scale));
    const length = Math.min(fullPx, Math.max(MIN_CROP_PX, to - from));
    return [Math.max(0, Math.min(from, fullPx - length)), length];
  };
  const [x, width] = along(centre.x, view.width, subject.size.width, target.width);
  const [y, height] = along(centre.y, view.height, subject.size.height, target.height);
  return { x, y, width, height };
}

/** The visible part of one image, enlarged by the settings, next to the standard resize. */
export class Preview {
  /** Share of the view that shows the standard resize, 0…1. */
  split = $state(0.5);
  readonly #api: EnlargerApi;
  readonly #latest = new Latest();
  #subject = $state.raw<PreviewSubject | undefined>(undefined);
  #view = $state.raw<Size>({ width: 400, height: 300 });
  #pixelRatio = $state(1);
  /** In pixels of the result. */
  #viewport = $state.raw<Viewport>({ centre: { x: 0, y: 0 }, zoom: 1 });
  #shown = $state.raw<ShownCrop | undefined>(undefined);
  #error = $state.raw<ErrorDto | undefined>(undefined);
  #isAsking = $state(false);
  #isHeld = false;
  #msPerPixel = $state<number | undefined>(undefined);
  readonly #askSoon = delayed(() => void this.#ask(), ASK_DELAY_MS);

  constructor(api: EnlargerApi) {
    this.#api = api;
  }

  get subject(): PreviewSubject | undefined {
    return this.#subject;
  }

  get shown(): ShownCrop | undefined {
    return this.#shown;
  }

  get error(): ErrorDto | undefined {
    return this.#error;
  }

  get isAsking(): boolean {
    return this.#isAsking;
  }

  get viewport(): Viewport {
    return this.#viewport;
  }

  get view(): Size {
    return this.#view;
  }

  /** The visible part of the source. */
  get crop(): Rect | undefined {
    return this.#subject && visibleCrop(this.#subject, this.#viewport, this.#view);
  }

  /** Whether more is visible than can be enlarged at once: a person has to zoom in. */
  get isTooMuch(): boolean {
    const { crop } = this;
    if (this.#subject === undefined || crop === undefined) return false;
    const { size } = this.#subject;
    const target = targetOf(this.#subject);
    const cropPixels = crop.width * crop.height;
    const resultPixels = cropPixels * (target.width / size.width) * (target.height / size.height);
    const viewPixels = this.#view.width * this.#view.height * this.#pixelRatio ** 2;
    return cropPixels > MAX_CROP_PIXELS || resultPixels > viewPixels * MAX_VIEWS;
  }

  /** Milliseconds per pixel of a result, at the pace of the last preview. */
  get msPerPixel(): number | undefined {
    return this.#msPerPixel;
  }

  get imageSize(): Size | undefined {
    return this.#subject?.size;
  }

  /** The place of a part of the source in the view, in CSS pixels. */
  placeOf(rect: Rect): Rect {
    if (this.#subject === undefined) return rect;
    const { size } = this.#subject;
    const target = targetOf(this.#subject);
    const [scaleX, scaleY] = [target.width / size.width, target.height / size.height];
    const from = toView(this.#viewport, { x: rect.x * scaleX, y: rect.y * scaleY }, this.#view);
    const { zoom } = this.#viewport;
    return { ...from, width: rect.width * scaleX * zoom, height: rect.height * scaleY * zoom };
  }

  get isFitted(): boolean {
    if (this.#subject === undefined) return false;
    return Math.abs(this.#viewport.zoom - fitZoom(targetOf(this.#subject), this.#view)) < 1e-6;
  }

  /** Shows another image, or the same one with other settings. */
  look(subject: PreviewSubject | undefined): void {
    const before = this.#subject;
    if (JSON.stringify(subject) === JSON.stringify(before)) return;
    const isOtherImage = JSON.stringify(subject?.source) !== JSON.stringify(before?.source);
    this.#subject = subject;
    if (isOtherImage) {
      this.#shown = undefined;
      this.#showFirst();
    } else if (before !== undefined && subject !== undefined) this.#keepPlace(before, subject);
    this.#askAgain();
  }

  /**
   * @param view The view's size in CSS pixels.
   * @param pixelRatio Device pixels per CSS pixel.
   */
  resize(view: Size, pixelRatio: number): void {
    if (view.width === this.#view.width && view.height === this.#view.height) return;
    const wasFitted = this.isFitted;
    this.#view = view;
    this.#pixelRatio = pixelRatio;
    if (wasFitted) this.#showFirst();
    this.#put(this.#viewport);
  }

  /** Moves the image, in CSS pixels. */
  panBy(deltaX: number, deltaY: number): void {
    const { centre, zoom } = this.#viewport;
    this.#put({ zoom, centre: { x: centre.x - deltaX / zoom, y: centre.y - deltaY / zoom } });
  }

  /** Puts the middle of the view at these shares of the image's sides. */
  moveTo(x: number, y: number): void {
    if (this.#subject === undefined) return;
    const { width, height } = targetOf(this.#subject);
    this.#put({ zoom: this.#viewport.zoom, centre: { x: x * width, y: y * height } });
  }

  zoomAt(factor: number, at: Point = { x: this.#view.width / 2, y: this.#view.height / 2 }): void {
    this.#put(zoomedAt(this.#viewport, factor, at, this.#view));
  }

  fit(): void {
    if (this.#subject !== undefined) this.#put(fitted(targetOf(this.#subject), this.#view));
  }

  /** One pixel of the result on one of the screen. */
  showPixels(pixelRatio: number): void {
    this.#put({ ...this.#viewport, zoom: 1 / pixelRatio });
  }

  /** Makes no request until `release`: the host computes one crop at a time, and models are being compared. */
  hold(): void {
    this.#isHeld = true;
    this.#askAgain();
  }

  release(): void {
    this.#isHeld = false;
    this.#askAgain();
  }

  /** The whole image if it can be enlarged at once, else its middle at actual size. */
  #showFirst(): void {
    if (this.#subject === undefined) return;
    this.#viewport = fitted(targetOf(this.#subject), this.#view);
    if (this.isTooMuch) this.#viewport = { ...this.#viewport, zoom: 1 / this.#pixelRatio };
  }

  /** The size changed: the same part of the image stays in view. */
  #keepPlace(before: PreviewSubject, now: PreviewSubject): void {
    const [from, to] = [targetOf(before), targetOf(now)];
    const { centre, zoom } = this.#viewport;
    const scale = to.width / from.width;
    const moved = { x: centre.x * scale, y: (centre.y * to.height) / from.height };
    this.#viewport = clamped({ centre: moved, zoom: zoom / scale }, to, this.#view);
    if (this.isTooMuch) this.#showFirst();
  }

  #put(viewport: Viewport): void {
    if (this.#subject === undefined) return;
    this.#viewport = clamped(viewport, targetOf(this.#subject), this.#view);
    this.#askAgain();
  }

  #askAgain(): void {
    this.#error = undefined;
    if (this.#subject === undefined || this.isTooMuch || this.#isHeld) {
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
      const preview = await this.#latest.run(() => this.#api.previewCrop({ source, crop, settings }));
      if (preview === undefined) return;
      this.#shown = { preview, crop };
      const target = targetOf(subject);
      this.#msPerPixel = preview.estimateMs / (target.width * target.height);
    } catch (error) {
      const dto = toErrorDto(error);
      // Another window sent a request meanwhile, and the newest of all goes first.
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
