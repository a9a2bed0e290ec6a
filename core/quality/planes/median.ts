/** The middle value (for an even number of values, the upper of the two in the middle); 0 without values. */
export function median(values: Iterable<number>): number {
  // Copied in one piece if possible: an iterator costs more than the sorting.
  const sorted = (values instanceof Float64Array ? values.slice() : Float64Array.from(values)).sort();
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
