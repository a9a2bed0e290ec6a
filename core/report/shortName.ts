/** The last part of a path of any system: reports are read on other machines than they were written on. */
export function shortName(path: string): string {
  return path.split(/[/\\]/).findLast((part) => part !== '') ?? path;
}
