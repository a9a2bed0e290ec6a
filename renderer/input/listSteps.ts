interface List {
  readonly rowPx: number;
  readonly viewPx: number;
  readonly total: number;
}

/** How many rows an arrow or page key moves in a list; `undefined` for other keys. */
export function rowsToGo(key: string, { rowPx, viewPx, total }: List): number | undefined {
  const page = Math.max(1, Math.floor(viewPx / rowPx) - 1);
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    Home: -total,
    End: total,
  };
  return steps[key];
}
