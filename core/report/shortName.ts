/** The last part of a path from any system: a report may be read on another machine than it was written on. */
export function shortName(path: string): string {
  return path.split(/[/\\]/).findLast((part) => part !== '') ?? path;
}
