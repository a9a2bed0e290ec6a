import os from 'node:os';
import path from 'node:path';

const NAME = 'enlarger';

/**
 * The folder for data that can be recreated: on Linux `~/.cache/enlarger`, on macOS below `~/Library/Caches`,
 * on Windows below `%LOCALAPPDATA%`. `ENLARGER_CACHE` names another.
 */
export function cacheFolder(
  environment: NodeJS.ProcessEnv = process.env,
  platform = process.platform,
): string {
  const named = environment['ENLARGER_CACHE'];
  if (named) return path.resolve(named);
  const home = os.homedir();
  switch (platform) {
    case 'win32':
      return path.join(environment['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'), NAME, 'Cache');
    case 'darwin':
      return path.join(home, 'Library', 'Caches', NAME);
    default: {
      const given = environment['XDG_CACHE_HOME'];
      // The XDG specification says to ignore a relative path.
      const base = given !== undefined && path.isAbsolute(given) ? given : path.join(home, '.cache');
      return path.join(base, NAME);
    }
  }
}
