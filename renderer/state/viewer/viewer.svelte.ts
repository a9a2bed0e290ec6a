import { toErrorDto } from '../../../core/api/errors.ts';
import type { ErrorDto } from '../../../core/api/errors.ts';
import type { EnlargerApi } from '../../../core/api/contract.ts';
import type { Rect, Size } from '../../../core/api/image.ts';
import type { JobView, MediaId, ImagePyramid } from '../../../core/api/views.ts';
import { Latest } from '../latest.ts';
import { clamped, fitted, fitZoom, lookingAt, zoomedAt } from './viewport.ts';
import type { Point, Viewport } from './viewport.ts';

export const COMPARE_MODES = ['slider', 'side-by-side', 'result'] as const;
export type CompareMode = (typeof COMPARE_MODES)[number];
export const HEAT_MAPS = ['difference', 'ssim', 'gain'] as const;
export type HeatMapKind = (typeof HEAT_MAPS)[number];

interface OpenedImages {
  readonly source: ImagePyramid | undefined;
  readonly result: ImagePyramid | undefined;
  readonly isOriginalMissing: boolean;
}

/** The original and the result of one job, in one view. */
export class Viewer {
  /** Share of the view that shows the original, 0…1. */
  split = $state(0.5);
  readonly #api: EnlargerApi;
  readonly #latest = new Latest();
  #jobId = $state<number | undefined>(undefined);
  #source = $state.raw<ImagePyramid | undefined>(undefined);
  #result = $state.raw<ImagePyramid | undefined>(undefined);
  #targetSize = $state.raw<Size | undefined>(undefined);
  /** Of the image that is being opened; may become known in the meantime. */
  #nextTarget: Size | undefined = undefined;
  #error = $state.raw<ErrorDto | undefined>(undefined);
  #isOriginalMissing = $state(false);
  #isLoading = $state(false);
  #view = $state.raw<Size>({ width: 600, height: 400 });
  #viewport = $state.raw<Viewport>({ centre: { x: 0, y: 0 }, zoom: 1 });
  #mode = $state<CompareMode>('slider');
  #isOriginalHeld = $state(false);
  #isLensOn = $state(false);
  #heat = $state.raw<{ readonly kind: HeatMapKind; readonly media: MediaId } | undefined>(undefined);

  constructor(api: EnlargerApi) {
    this.#api = api;
  }

  get source(): ImagePyramid | undefined {
    return this.#source;
  }

  get result(): ImagePyramid | undefined {
    return this.#result;
  }

  /** Positions are in pixels of the result, even before it exists. */
  get imageSize(): Size | undefined {
    return this.#result?.size ?? (this.#source && (this.#targetSize ?? this.#source.size));
  }

  /** The result exists but the original does not, so nothing can be compared. */
  get isOriginalMissing(): boolean {
    return this.#isOriginalMissing;
  }

  get error(): ErrorDto | undefined {
    return this.#error;
  }

  get isLoading(): boolean {
    return this.#isLoading;
  }

  get viewport(): Viewport {
    return this.#viewport;
  }

  get mode(): CompareMode {
    return this.#result === undefined || this.#source === undefined ? 'result' : this.#mode;
  }

  set mode(mode: CompareMode) {
    const wasFitted = this.isFitted;
    this.#mode = mode;
    if (wasFitted) this.fit();
    else this.#put(this.#viewport);
  }

  get isOriginalHeld(): boolean {
    return this.#isOriginalHeld;
  }

  set isOriginalHeld(isHeld: boolean) {
    this.#isOriginalHeld = isHeld;
  }

  get isLensOn(): boolean {
    return this.#isLensOn;
  }

  set isLensOn(isOn: boolean) {
    this.#isLensOn = isOn;
  }

  get heat(): { readonly kind: HeatMapKind; readonly media: MediaId } | undefined {
    return this.#heat;
  }

  get isFitted(): boolean {
    const size = this.imageSize;
    return size !== undefined && Math.abs(this.#viewport.zoom - fitZoom(size, this.paneSize)) < 1e-6;
  }

  /** The part of the view that shows one image. */
  get paneSize(): Size {
    return this.mode === 'side-by-side' ? { ...this.#view, width: this.#view.width / 2 } : this.#view;
  }

  /** Opens a job's images; the result as soon as there is one. */
  async open(job: JobView): Promise<void> {
    const hasResult = job.state.kind === 'done';
    const isSame = job.id === this.#jobId;
    this.#nextTarget = job.targetSize;
    if (isSame && !this.#isLoading) this.#noteTarget(job.targetSize);
    if (isSame && (this.#result !== undefined) === hasResult && this.#error === undefined) return;
    this.#jobId = job.id;
    this.#isLoading = true;
    this.#heat = undefined;
    try {
      const images = await this.#latest.run(() => this.#openBoth(job.id, hasResult));
      if (images === undefined) return;
      const wasEmpty = this.imageSize === undefined;
      const oldSize = this.imageSize;
      this.#source = images.source;
      this.#targetSize = this.#nextTarget;
      this.#result = images.result;
      this.#isOriginalMissing = images.isOriginalMissing;
      this.#error = undefined;
      // Images of the same size are compared at the same place; another size begins with the whole image.
      const isSameSize =
        oldSize?.width === this.imageSize?.width && oldSize?.height === this.imageSize?.height;
      if (wasEmpty || !isSameSize) this.fit();
    } catch (error) {
      this.#source = undefined;
      this.#result = undefined;
      this.#isOriginalMissing = false;
      this.#error = toErrorDto(error);
    }
    this.#isLoading = false;
  }

  /** The size of a result is known only after its image has been read. */
  #noteTarget(size: Size | undefined): void {
    const wasFitted = this.isFitted;
    this.#targetSize = size;
    if (wasFitted) this.fit();
  }

  close(): void {
    this.#latest.forget();
    this.#jobId = undefined;
    this.#source = undefined;
    this.#result = undefined;
    this.#error = undefined;
    this.#heat = undefined;
    this.#isLoading = false;
  }

  /** @param view The view's size in CSS pixels. */
  resize(view: Size): void {
    const wasFitted = this.isFitted;
    this.#view = view;
    if (wasFitted) this.fit();
    else this.#put(this.#viewport);
  }

  fit(): void {
    if (this.imageSize !== undefined) this.#viewport = fitted(this.imageSize, this.paneSize);
  }

  /** One pixel of the result on one of the screen. @param pixelRatio Device pixels per CSS pixel. */
  showPixels(pixelRatio: number): void {
    this.#put({ ...this.#viewport, zoom: 1 / pixelRatio });
  }

  zoomAt(factor: number, at: Point = { x: this.paneSize.width / 2, y: this.paneSize.height / 2 }): void {
    this.#put(zoomedAt(this.#viewport, factor, at, this.paneSize));
  }

  /** From the whole image to actual size at a place of the view, and back. */
  toggleZoom(pixelRatio: number, at: Point): void {
    if (this.isFitted) this.zoomAt(1 / pixelRatio / this.#viewport.zoom, at);
    else this.fit();
  }

  /** Moves the image, in CSS pixels. */
  panBy(deltaX: number, deltaY: number): void {
    const { centre, zoom } = this.#viewport;
    this.#put({ zoom, centre: { x: centre.x - deltaX / zoom, y: centre.y - deltaY / zoom } });
  }

  lookAt(place: Rect): void {
    this.#put(lookingAt(place, this.paneSize));
  }

  /** Shows a heat map over the image, or removes it. */
  async showHeat(kind: HeatMapKind | undefined): Promise<void> {
    const jobId = this.#jobId;
    if (kind === undefined || jobId === undefined) {
      this.#heat = undefined;
      return;
    }
    const { media } = await this.#api.getHeatMap({ jobId, kind });
    if (jobId === this.#jobId) this.#heat = { kind, media };
  }

  /** The original may have been moved; its result is shown anyway. */
  async #openBoth(jobId: number, hasResult: boolean): Promise<OpenedImages> {
    const source = this.#api.openImage({ jobId, which: 'source' });
    if (!hasResult) return { source: await source, result: undefined, isOriginalMissing: false };
    const [original, result] = await Promise.allSettled([
      source,
      this.#api.openImage({ jobId, which: 'result' }),
    ]);
    if (result.status === 'rejected') throw result.reason;
    if (original.status === 'rejected') {
      return { source: undefined, result: result.value, isOriginalMissing: true };
    }
    return { source: original.value, result: result.value, isOriginalMissing: false };
  }

  #put(viewport: Viewport): void {
    if (this.imageSize !== undefined) this.#viewport = clamped(viewport, this.imageSize, this.paneSize);
  }
}
