import { z } from 'zod';

/** A small image in a report: a `data:` URI of a bitmap, which cannot contain a script. */
const dataUri = z.string().regex(/^data:image\/(?:png|jpeg|webp);base64,[A-Za-z0-9+/]+={0,2}$/);
const pixels = z.int().positive();

/** Two views of the same area at 1:1. */
const cropSchema = z.strictObject({
  /** `gained`: where most detail was added. `look`: where a reason for review was found. */
  kind: z.enum(['gained', 'look']),
  /** In pixels of the output. */
  place: z.strictObject({ x: z.int().min(0), y: z.int().min(0), width: pixels, height: pixels }),
  /** The input, enlarged by bicubic interpolation. */
  before: dataUri,
  after: dataUri,
});
export type ReportCrop = z.infer<typeof cropSchema>;

/** Small images of one result, for the HTML report. */
export const reportImagesSchema = z.strictObject({
  /** Size of both views and both maps. */
  width: pixels,
  height: pixels,
  before: dataUri,
  after: dataUri,
  /** Bright where the output, scaled back down, differs from the input. */
  difference: dataUri,
  /** Bright where its structure differs (SSIM). */
  similarity: dataUri,
  crops: z.array(cropSchema),
});
export type ReportImages = z.infer<typeof reportImagesSchema>;
