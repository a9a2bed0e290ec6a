import { z } from 'zod';

/** In place of a model's name: the program chooses one for each image. */
export const AUTO_MODEL = 'auto';

/** What an image may need. */
export type Treatment = 'faithful' | 'photo' | 'art';

/** What was found in an image: no defects, noise, or the blocks of strong compression. */
const CHOICE_REASONS = ['clean', 'noise', 'compression'] as const;
export type ChoiceReason = (typeof CHOICE_REASONS)[number];

const notNegative = z.number().min(0);

/** Which model was chosen for an image, and the figures that decided (`core/quality/choosing/chooseTreatment.ts`). */
export const chosenModelSchema = z.strictObject({
  family: z.string().min(1),
  /** The strength that was used: 1 for a family without one. */
  strength: z.number().min(0).max(1),
  reason: z.enum(CHOICE_REASONS),
  /** Standard deviation in the smoothest parts, 0…255; the same over the median of all parts; over that at half size. */
  noise: notNegative,
  noiseEvenness: notNegative,
  noiseRatio: notNegative,
  /** Steps at the edges of 8-px blocks over those elsewhere. */
  blockEdges: notNegative,
  /** The lowest quality with which it was saved as a JPEG; 100 without traces of that. */
  jpegQuality: z.number().min(1).max(100).default(100),
  flatShare: z.number().min(0).max(1),
  colours: z.int().min(0),
});

export type ChosenModel = z.infer<typeof chosenModelSchema>;
