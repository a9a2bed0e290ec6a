import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { EnlargerError } from '../core/api/errors.ts';

/** The system's own command for it, and its arguments. */
export function sleepCommand(platform: NodeJS.Platform): readonly [string, ...string[]] {
  switch (platform) {
    case 'darwin':
      return ['pmset', 'sleepnow'];
    case 'win32':
      return ['rundll32.exe', 'powrprof.dll,SetSuspendState', '0,1,0'];
    default:
      return ['systemctl', 'suspend'];
  }
}

/**
 * Puts the computer to sleep.
 *
 * @throws EnlargerError `request/forbidden` with the reason if the system refuses.
 */
export async function sleepComputer(platform: NodeJS.Platform): Promise<void> {
  const [command, ...args] = sleepCommand(platform);
  try {
    await promisify(execFile)(command, args);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new EnlargerError('request/forbidden', `The computer cannot be put to sleep: ${why}`);
  }
}
