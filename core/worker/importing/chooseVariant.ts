import { openRawNetwork, type RawNetwork } from '../../engine/rawNetwork.ts';
import type { ForeignNetwork, NetworkVariant, ValueRange } from '../../foreign/architectures/architecture.ts';
import { INPUT_NAME, OUTPUT_NAME } from '../../foreign/graphBuilder.ts';
import { Refusal } from '../../foreign/refusal.ts';
import { toErrorDto } from '../../api/errors.ts';
import { writeOnnx } from '../../onnx/writeOnnx.ts';
import type { ImportStep } from '../../pool/messages.ts';
import type { FloatTile } from '../../tiling/floatTile.ts';
import { agreement, bicubicTile, type Agreement } from './imageAgreement.ts';
import { findFixedShape, findShape, type NetworkShape } from './findShape.ts';
import { sampleTile } from './sampleTiles.ts';

/** A variant that was run, and how close to interpolation its result is. */
export interface ProvenVariant {
  readonly variant: NetworkVariant;
  readonly range: ValueRange;
  readonly shape: NetworkShape;
  readonly agreement: Agreement;
}

/** Another reading of the same weights has to be clearly better than the first one. */
const CLEARLY_BETTER = 0.9;

const SAMPLE_PX = 64;

/** An output this far from interpolation is not an enlargement of the image. */
const MAX_RMS = 0.25;
const MAX_DRIFT = 0.15;
const MIN_CONTRAST = 0.2;

type OnStep = (step: ImportStep) => void;

const NAMES = { input: INPUT_NAME, output: OUTPUT_NAME };

function mapped(tile: FloatTile, from: ValueRange, to: ValueRange): FloatTile {
  const factor = (to.white - to.black) / (from.white - from.black);
  return { ...tile, data: tile.data.map((value) => (value - from.black) * factor + to.black) };
}

const UNIT: ValueRange = { black: 0, white: 1 };

async function tryRange(
  network: RawNetwork,
  tile: FloatTile,
  scale: number,
  range: ValueRange,
): Promise<Agreement> {
  const answer = mapped(await network.run(mapped(tile, UNIT, range)), range, UNIT);
  return agreement(answer, bicubicTile(tile, scale));
}

/**
 * The first range that results in an enlargement. Later ones are not tried: many networks treat large and small values
 * alike, and what they add to an image weighs less in a wider range, which proves nothing.
 */
async function findRange(
  network: RawNetwork,
  tile: FloatTile,
  scale: number,
  ranges: readonly ValueRange[],
): Promise<{ readonly range: ValueRange; readonly agreement: Agreement }> {
  const tried: { readonly range: ValueRange; readonly agreement: Agreement }[] = [];
  for (const range of ranges) {
    const found = { range, agreement: await tryRange(network, tile, scale, range) };
    if (faultOf(found.agreement) === undefined) return found;
    tried.push(found);
  }
  const [first] = tried;
  if (first === undefined) throw new TypeError('A variant has at least one range.');
  return tried.reduce((best, each) => (each.agreement.rms < best.agreement.rms ? each : best), first);
}

async function tryVariant(
  variant: NetworkVariant,
  { multiplePx, threads, onStep }: { multiplePx: number; threads: number; onStep: OnStep },
): Promise<ProvenVariant> {
  onStep('converting');
  const bytes = writeOnnx(variant.graph());
  onStep('proving');
  const network = await openRawNetwork(bytes, NAMES, threads);
  try {
    const { fixedPx } = variant;
    const shape = await (fixedPx === undefined
      ? findShape(network, multiplePx)
      : findFixedShape(network, fixedPx));
    const sidePx = Math.ceil(SAMPLE_PX / shape.multiplePx) * shape.multiplePx;
    const tile = sampleTile(fixedPx ?? { width: sidePx, height: sidePx });
    return { variant, shape, ...(await findRange(network, tile, shape.scale, variant.ranges)) };
  } finally {
    await network.dispose();
  }
}

/** Why an output is not an enlargement of the input; undefined if it is. */
function faultOf({ rms, meanDrift, contrast }: Agreement): string | undefined {
  const percent = (share: number): string => `${Math.round(100 * share)}%`;
  if (!Number.isFinite(rms)) return 'makes values that are not numbers';
  if (contrast < MIN_CONTRAST) return 'makes an image of one colour';
  if (meanDrift > MAX_DRIFT) return `changes the brightness of a channel by ${percent(meanDrift)}`;
  return rms > MAX_RMS ? `makes an image that differs from its input by ${percent(rms)}` : undefined;
}

function assertEnlarges({ agreement: found }: ProvenVariant): void {
  const reason = faultOf(found);
  if (reason === undefined) return;
  throw new Refusal(
    'model/not-proven',
    `The network was tried on a sample and ${reason}. It is damaged, or made for another purpose.`,
  );
}

function isBetter(candidate: ProvenVariant, best: ProvenVariant | undefined): boolean {
  if (best === undefined || faultOf(candidate.agreement) !== undefined) return best === undefined;
  return (
    faultOf(best.agreement) !== undefined || candidate.agreement.rms < CLEARLY_BETTER * best.agreement.rms
  );
}

/**
 * Runs every way of reading a network and chooses the one whose output is an enlargement of the input.
 *
 * @throws Refusal `model/not-proven` if no variant passes, with the reason of the likeliest.
 */
export async function chooseVariant(
  network: ForeignNetwork,
  threads: number,
  onStep: OnStep,
): Promise<ProvenVariant> {
  let best: ProvenVariant | undefined;
  let reason: unknown;
  for (const variant of network.variants) {
    // The size in the file is tried only if every other size failed.
    if (variant.fixedPx !== undefined && best !== undefined) continue;
    try {
      const proven = await tryVariant(variant, { multiplePx: network.multiplePx, threads, onStep });
      if (isBetter(proven, best)) best = proven;
    } catch (error) {
      reason ??= error;
    }
  }
  if (best === undefined) {
    if (reason instanceof Refusal) throw reason;
    const { message } = toErrorDto(reason);
    throw new Refusal('model/unsupported', `The engine cannot run this network: ${message}`, {
      cause: reason,
    });
  }
  assertEnlarges(best);
  return best;
}
