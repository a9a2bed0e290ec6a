import type { Size } from '../api/image.ts';
import type { PassRecord } from '../api/report.ts';
import type { EngineModel } from '../engine/engine.ts';
import type { ModelManifest } from '../models/manifest.ts';
import type { TileBorders } from '../quality/judging/seamSteps.ts';
import { planPass, type TileWindow } from '../tiling/planPass.ts';
import type { ReusePlan } from '../tiling/planReuse.ts';
import type { TilePlan, TileSpan } from '../tiling/planTiles.ts';

/** Describes the passes of an image for its report. */
export interface DescribedPasses {
  readonly passes: readonly PassRecord[];
  readonly tiling: { readonly tilePx: number; readonly contextPx: number };
  /** Where tiles of any pass meet, in pixels of the output. */
  readonly borders: TileBorders;
}

export interface PassesOfImage {
  readonly from: Size;
  readonly to: Size;
  readonly passes: readonly EngineModel[];
  readonly tile: 'auto' | number;
  /** How large windows were allowed to be, for each pass. */
  readonly windows: readonly TileWindow[];
  /** How each pass reused equal parts. */
  readonly reuse: readonly (ReusePlan | undefined)[];
  /** Id of the device that ran them, e.g. `onnx:cpu`. */
  readonly device: string;
  /** Name of the model, or of the kernel if no model was used. */
  readonly models: readonly string[];
}

/** Describes what was run on an image, from its plan. */
export function describePasses(image: PassesOfImage): DescribedPasses {
  const { from, to, passes, tile, windows, reuse, device, models } = image;
  const columns = new Set<number>();
  const rows = new Set<number>();
  const tiling = { tilePx: 0, contextPx: 0 };
  let size = from;
  for (const [index, pass] of passes.entries()) {
    const plan = planPass(size, pass.tiling, tile, windows[index]);
    const spans = spansOf(plan, reuse[index]);
    for (const { keepStart } of spans.columns.filter(isNotFirst))
      columns.add(Math.round((keepStart * to.width) / size.width));
    for (const { keepStart } of spans.rows.filter(isNotFirst))
      rows.add(Math.round((keepStart * to.height) / size.height));
    tiling.tilePx = spans.columns
      .concat(spans.rows)
      .reduce((most, { keepStart, keepEnd }) => Math.max(most, keepEnd - keepStart), 0);
    tiling.contextPx = pass.tiling.contextPx;
    size = { width: size.width * pass.scale, height: size.height * pass.scale };
  }
  const [kernel] = models;
  const kernelPass = kernel === undefined ? [] : [{ id: kernel, scale: to.width / from.width, sha256: null }];
  return {
    passes: passes.length > 0 ? passes.map((pass) => passRecord(pass, device)) : kernelPass,
    tiling,
    borders: { columns: [...columns].toSorted(byNumber), rows: [...rows].toSorted(byNumber) },
  };
}

interface TileSpans {
  readonly columns: readonly TileSpan[];
  readonly rows: readonly TileSpan[];
}

function spansOf(plan: TilePlan, reuse: ReusePlan | undefined): TileSpans {
  if (reuse === undefined) return plan;
  return { columns: reuse.tiles.map(({ column }) => column), rows: reuse.tiles.map(({ row }) => row) };
}

function isNotFirst({ keepStart }: TileSpan): boolean {
  return keepStart > 0;
}

function byNumber(a: number, b: number): number {
  return a - b;
}

function passRecord({ id, scale, source }: EngineModel, device: string): PassRecord {
  if (source.kind !== 'network') return { id, scale, sha256: null };
  const { blend, manifest } = source.model;
  const { licence, origin } = manifest;
  const [engine] = device.split(':');
  const weightsOf = ({ files }: ModelManifest): string | null =>
    files.find((file) => file.engine === engine)?.sha256 ?? null;
  const sha256 = weightsOf(manifest);
  const mixed = blend?.faithful?.manifest;
  if (mixed !== undefined)
    return { id, scale, sha256, companion: { id: mixed.id, sha256: weightsOf(mixed) } };
  if (origin === undefined) return { id, scale, sha256 };
  const { author, isNonCommercial } = origin;
  return { id, scale, sha256, licence, isNonCommercial, ...(author !== undefined && { author }) };
}
