import type { ChoiceReason, Treatment } from '../../api/models/chosenModel.ts';
import type { ImageCondition } from '../estimates/imageCondition.ts';

/**
 * When an image needs more than a faithful enlargement. Fewer than 2% of clean images meet a rule, more than 90% of those
 * with strong noise or compression, and half of a phone's (docs/quality.md has the table and the command that repeats it).
 */
const RULES = {
  noise: {
    /** Noise below this is not worth the detail that a restoring network may invent. */
    minNoise: 5,
    /** Texture leaves some areas smooth; noise is everywhere. */
    minEvenness: 0.68,
    /** Texture survives when an image is halved; noise shrinks by half. */
    minRatio: 1.15,
    /** Scan lines and dithers repeat a few colours; noise makes many. */
    minColours: 300,
  },
  compression: {
    minBlockEdges: 1.2,
    /** Above this, traces of JPEG are hardly visible after a faithful enlargement. */
    maxJpegQuality: 69,
  },
  /** A camera's JPEG: its noise was sharpened and then partly compressed away, so that it is no longer even. */
  cameraNoise: { maxJpegQuality: 92, minNoise: 2.5 },
  /** Drawings: most neighbours alike, few colours. None of 100 clean photographs, 16 of 30 graphics. */
  art: { minFlatShare: 0.6, maxColours: 200 },
} as const;

export interface ChosenTreatment {
  readonly treatment: Treatment;
  readonly reason: ChoiceReason;
}

/** Chooses by the condition of an image. A clean one is never sent through a network that restores. */
export function chooseTreatment(condition: ImageCondition): ChosenTreatment {
  const reason = isNoisy(condition) ? 'noise' : isCompressed(condition) ? 'compression' : 'clean';
  if (reason === 'clean') return { treatment: 'faithful', reason };
  return { treatment: isDrawing(condition) ? 'art' : 'photo', reason };
}

function isNoisy(condition: ImageCondition): boolean {
  const { noise, noiseEvenness, noiseRatio, colours, jpegQuality } = condition;
  const { minNoise, minEvenness, minRatio, minColours } = RULES.noise;
  const isCameraNoise =
    jpegQuality <= RULES.cameraNoise.maxJpegQuality && noise >= RULES.cameraNoise.minNoise;
  const isEven = noise >= minNoise && noiseEvenness >= minEvenness && noiseRatio >= minRatio;
  return isCameraNoise || (isEven && colours >= minColours);
}

function isCompressed({ blockEdges, jpegQuality }: ImageCondition): boolean {
  const { minBlockEdges, maxJpegQuality } = RULES.compression;
  return blockEdges >= minBlockEdges || jpegQuality <= maxJpegQuality;
}

function isDrawing({ flatShare, colours }: ImageCondition): boolean {
  return flatShare >= RULES.art.minFlatShare && colours <= RULES.art.maxColours;
}
