import type { Rect, Size } from '../../core/api/image.ts';
import type { MediaId, ImagePyramid } from '../../core/api/views.ts';
import type { CompareMode } from '../state/viewer/viewer.svelte.ts';
import { toImage, toView } from '../state/viewer/viewport.ts';
import type { Point, Viewport } from '../state/viewer/viewport.ts';
import { levelFor, tilesIn } from './pyramidTiles.ts';

/** Everything visible in a comparison. Places are in pixels of `imageSize`, the result's size. */
export interface Scene {
  readonly view: Size;
  readonly pixelRatio: number;
  readonly viewport: Viewport;
  readonly imageSize: Size;
  readonly original: ImagePyramid | undefined;
  readonly result: ImagePyramid | undefined;
  readonly mode: CompareMode;
  readonly split: number;
  readonly isOriginalHeld: boolean;
  /** Position of the lens in the view. */
  readonly lens: Point | undefined;
  readonly heat: MediaId | undefined;
  readonly places: readonly Rect[];
}

/** Where images come from while drawing: `undefined` while one is on its way. */
export type TileSource = (media: MediaId, tile?: string) => HTMLImageElement | undefined;

interface Pane {
  readonly context: CanvasRenderingContext2D;
  /** Its part of the view, in CSS pixels. */
  readonly area: Rect;
  readonly viewport: Viewport;
}

const LENS_RADIUS_PX = 110;
/** How much the image is dimmed behind a heat map. */
const HEAT_DIMMING = 'rgb(0 0 0 / 55%)';

/** Draws a comparison into a canvas whose context counts in CSS pixels. */
export function drawScene(context: CanvasRenderingContext2D, scene: Scene, tiles: TileSource): void {
  const { view, mode, split, viewport } = scene;
  context.setTransform(scene.pixelRatio, 0, 0, scene.pixelRatio, 0, 0);
  context.clearRect(0, 0, view.width, view.height);
  const whole = { context, viewport, area: { x: 0, y: 0, ...view } };
  if (mode === 'side-by-side') {
    const width = view.width / 2;
    drawLayer({ ...whole, area: { x: 0, y: 0, width, height: view.height } }, scene, scene.original, tiles);
    const right = { ...whole, area: { x: width, y: 0, width, height: view.height } };
    drawLayer(right, scene, scene.isOriginalHeld ? scene.original : scene.result, tiles);
    drawMarks(right, scene, tiles);
    return;
  }
  const isOriginalAlone = scene.isOriginalHeld || scene.result === undefined;
  drawLayer(whole, scene, isOriginalAlone ? scene.original : scene.result, tiles);
  if (!isOriginalAlone) drawMarks(whole, scene, tiles);
  if (mode === 'slider' && !isOriginalAlone) {
    clipped(context, { x: 0, y: 0, width: view.width * split, height: view.height }, () => {
      context.clearRect(0, 0, view.width * split, view.height);
      drawLayer(whole, scene, scene.original, tiles);
    });
  }
  if (scene.lens !== undefined && !isOriginalAlone) drawLens(whole, scene, tiles);
}

function clipped(context: CanvasRenderingContext2D, area: Rect, draw: () => void): void {
  context.save();
  context.beginPath();
  context.rect(area.x, area.y, area.width, area.height);
  context.clip();
  draw();
  context.restore();
}

/** The part of a rectangle of the image in the view, snapped to the screen's pixels so that tiles meet. */
function toScreen(pane: Pane, place: Rect, pixelRatio: number): Rect {
  const snap = (value: number): number => Math.round(value * pixelRatio) / pixelRatio;
  const from = toView(pane.viewport, place, pane.area);
  const to = toView(pane.viewport, { x: place.x + place.width, y: place.y + place.height }, pane.area);
  const x = snap(from.x + pane.area.x);
  const y = snap(from.y + pane.area.y);
  return { x, y, width: snap(to.x + pane.area.x) - x, height: snap(to.y + pane.area.y) - y };
}

function drawLayer(pane: Pane, scene: Scene, pyramid: ImagePyramid | undefined, tiles: TileSource): void {
  if (pyramid === undefined) return;
  const scale = scene.imageSize.width / pyramid.size.width;
  const zoom = pane.viewport.zoom * scale * scene.pixelRatio;
  const level = levelFor(zoom, pyramid.levels);
  const seen = seenPart(pane, scale);
  pane.context.imageSmoothingQuality = 'high';
  clipped(pane.context, pane.area, () => {
    // The coarsest level is drawn first, so that nothing is ever empty while finer tiles are loading.
    for (const each of new Set([pyramid.levels - 1, level])) {
      for (const tile of tilesIn(pyramid, each, seen)) {
        const image = tiles(pyramid.media, `${tile.level}/${tile.column}/${tile.row}`);
        if (image === undefined) continue;
        const { x, y, width, height } = toScreen(pane, scaledRect(tile.place, scale), scene.pixelRatio);
        pane.context.drawImage(image, x, y, width, height);
      }
    }
  });
}

/** The visible part of the pane, in full-size pixels of a layer. */
function seenPart({ viewport, area }: Pane, scale: number): Rect {
  const from = toImage(viewport, { x: 0, y: 0 }, area);
  const to = toImage(viewport, { x: area.width, y: area.height }, area);
  return scaledRect({ x: from.x, y: from.y, width: to.x - from.x, height: to.y - from.y }, 1 / scale);
}

function scaledRect({ x, y, width, height }: Rect, scale: number): Rect {
  return { x: x * scale, y: y * scale, width: width * scale, height: height * scale };
}

function drawMarks(pane: Pane, scene: Scene, tiles: TileSource): void {
  const { context } = pane;
  clipped(context, pane.area, () => {
    const heat = scene.heat === undefined ? undefined : tiles(scene.heat);
    if (heat !== undefined) {
      const { x, y, width, height } = toScreen(pane, { x: 0, y: 0, ...scene.imageSize }, scene.pixelRatio);
      context.fillStyle = HEAT_DIMMING;
      context.fillRect(x, y, width, height);
      // Light is added: where the map is dark, the image stays visible.
      context.globalCompositeOperation = 'screen';
      context.drawImage(heat, x, y, width, height);
      context.globalCompositeOperation = 'source-over';
    }
    for (const place of scene.places) {
      const { x, y, width, height } = toScreen(pane, place, scene.pixelRatio);
      // Dark around light: visible on every image.
      strokeRect(context, { x: x - 1, y: y - 1, width: width + 2, height: height + 2 }, '#000', 4);
      strokeRect(context, { x: x - 1, y: y - 1, width: width + 2, height: height + 2 }, '#fff', 2);
    }
  });
}

function strokeRect(
  context: CanvasRenderingContext2D,
  { x, y, width, height }: Rect,
  colour: string,
  lineWidth: number,
): void {
  context.strokeStyle = colour;
  context.lineWidth = lineWidth;
  context.strokeRect(x, y, width, height);
}

/** A round glass under the pointer: the original in its left half, the result in its right, at full size or twice. */
function drawLens(whole: Pane, scene: Scene, tiles: TileSource): void {
  const { context, area } = whole;
  const { lens, viewport } = scene;
  if (lens === undefined) return;
  const centre = toImage(viewport, lens, area);
  const zoom = Math.max(1 / scene.pixelRatio, viewport.zoom * 2);
  const half = { width: LENS_RADIUS_PX, height: LENS_RADIUS_PX * 2, y: lens.y - LENS_RADIUS_PX };
  // Both halves show the same spot, each with its middle there.
  context.save();
  context.beginPath();
  context.arc(lens.x, lens.y, LENS_RADIUS_PX, 0, Math.PI * 2);
  context.clip();
  context.clearRect(lens.x - LENS_RADIUS_PX, half.y, LENS_RADIUS_PX * 2, half.height);
  const pane = { context, viewport: { centre, zoom } };
  drawLayer({ ...pane, area: { ...half, x: lens.x - LENS_RADIUS_PX } }, scene, scene.original, tiles);
  drawLayer({ ...pane, area: { ...half, x: lens.x } }, scene, scene.result, tiles);
  context.restore();
  context.strokeStyle = '#fff';
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(lens.x, lens.y, LENS_RADIUS_PX, 0, Math.PI * 2);
  context.moveTo(lens.x, lens.y - LENS_RADIUS_PX);
  context.lineTo(lens.x, lens.y + LENS_RADIUS_PX);
  context.stroke();
}
