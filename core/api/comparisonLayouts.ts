/** How original and result share the image that is saved of both. */
export const COMPARISON_LAYOUTS = ['split', 'side-by-side'] as const;

export interface ComparisonArrangement {
  readonly layout: (typeof COMPARISON_LAYOUTS)[number];
  /** Where they meet, as a share of the width; side by side, both are shown in full. */
  readonly split: number;
}
