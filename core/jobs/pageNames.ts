import path from 'node:path';
import { withSuffix } from './outputNames.ts';

/** The name of a page's own file: `scan_2x.jpg` and page 3 (from 1) give `scan_2x-3.jpg`. */
export function pageName(file: string, page: number): string {
  return withSuffix(file, `-${page}`);
}

/** The name of another page's file, by that of the first one, which may have got a mark or a number (`scan_2x-1 (2).jpg`). */
export function otherPageName(first: string, firstPage: number, page: number): string {
  const { dir, name, ext } = path.parse(first);
  const place = name.lastIndexOf(`-${firstPage}`);
  const rest = name.slice(place + `-${firstPage}`.length);
  if (place < 0 || !/^( \([^()]*\))*$/.test(rest)) return pageName(first, page);
  return path.join(dir, `${name.slice(0, place)}-${page}${rest}${ext}`);
}
