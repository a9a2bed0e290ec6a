import { expect, test } from 'vitest';
import { sleepCommand } from '../../../electron/sleepComputer.ts';

test.each([
  ['linux', 'systemctl suspend'],
  ['darwin', 'pmset sleepnow'],
  ['win32', 'rundll32.exe powrprof.dll,SetSuspendState 0,1,0'],
] as const)('%s has a command that puts it to sleep', (platform, command) => {
  expect(sleepCommand(platform).join(' ')).toBe(command);
});
