/** What a batch will need, before it begins. */
export interface WorkEstimate {
  /** Images to enlarge. */
  readonly images: number;
  /** Those whose header does not contain a size; they count as the mean of the others. */
  readonly unsizedImages: number;
  readonly outputMegapixels: number;
  /** Of all results together. */
  readonly sizeBytes: number;
  /** What the bytes per pixel are based on: earlier results of the same formats and quality, or the program's defaults. */
  readonly sizeFrom: 'earlier-results' | 'defaults';
  /** Of all processes together. */
  readonly memoryBytes: number;
  /** Absent until similar work was done on this machine. */
  readonly elapsedMs?: number;
}
