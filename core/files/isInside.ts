import path from 'node:path';

/**
 * Whether a path is a folder or something below it. Compared by parts, so that `/a-evil` is not inside `/a`; a path on
 * another Windows drive is not inside either. Links are not followed.
 */
export function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative === '' || (relative.split(path.sep)[0] !== '..' && !path.isAbsolute(relative));
}
