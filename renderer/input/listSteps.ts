interface List {
  readonly rowPx: number;
  readonly viewPx: number;
  readonly total: number;
}

/** Rows that the arrow and page keys go in a list, or `undefined` for other keys. */
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
