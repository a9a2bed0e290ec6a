/** The last part of a path from any system: a report may be read on a different machine from the one that wrote it. */
export function shortName(path: string): string {
  return path.split(/[/\\]/).findLast((part) => part !== '') ?? path;
}
