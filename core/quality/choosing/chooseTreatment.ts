import type { ChoiceReason, Treatment } from '../../api/chosenModel.ts';
import type { ImageCondition } from '../estimates/imageCondition.ts';

/**
 * When an image needs more than a faithful enlargement. Found on 149 clean crops (photographs, graphics, Set5, Set14; at
 * full, half and quarter size) and 140 spoiled ones: none of the clean meets a rule; 92% of those with strong noise,
 * 41% of the small web JPEGs and 34% of the images compressed twice do (docs/quality.md has the table).
 */
const RULES = {
  noise: {
    /** Noise below this is not worth the detail that a restoring network may invent. */
    minNoise: 5,
    /** Texture leaves some places alone; noise is everywhere. */
    minEvenness: 0.68,
    /** Texture stays when an image is halved; noise shrinks by half. */
    minRatio: 1.15,
    /** Scan lines and dithers repeat a few colours; noise makes many. */
    minColours: 300,
  },
  compression: { minBlockEdges: 1.2 },
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

function isNoisy({ noise, noiseEvenness, noiseRatio, colours }: ImageCondition): boolean {
  const { minNoise, minEvenness, minRatio, minColours } = RULES.noise;
  return noise >= minNoise && noiseEvenness >= minEvenness && noiseRatio >= minRatio && colours >= minColours;
}

function isCompressed({ blockEdges }: ImageCondition): boolean {
  return blockEdges >= RULES.compression.minBlockEdges;
}

function isDrawing({ flatShare, colours }: ImageCondition): boolean {
  return flatShare >= RULES.art.minFlatShare && colours <= RULES.art.maxColours;
}
