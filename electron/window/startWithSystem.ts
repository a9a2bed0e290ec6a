import { app } from 'electron';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { writeWhole } from '../../core/files/writeWhole.ts';

/** Set when the system starts the program, which then does not open its window. */
const BACKGROUND_OPTION = '--background';

/** A value of a desktop entry's `Exec`, quoted as its specification requires. */
function quoteExec(word: string): string {
  return `"${word.replaceAll(/["`$\\]/g, (character) => `\\${character}`).replaceAll('%', '%%')}"`;
}

/** The text of an autostart entry as Linux desktops read it. */
function autostartEntry(program: string): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Enlarger',
    `Exec=${quoteExec(program)} ${BACKGROUND_OPTION}`,
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

async function setAutostartEntry(isWanted: boolean): Promise<void> {
  const file = path.join(app.getPath('appData'), 'autostart', 'enlarger.desktop');
  if (!isWanted) {
    await rm(file, { force: true });
    return;
  }
  // An AppImage runs from a place that is gone after it ends; its own file is named here.
  writeWhole(file, autostartEntry(process.env['APPIMAGE'] ?? process.execPath));
}

/** Lets the system start the program with the user's session, or no longer. A checkout is never registered. */
export async function startWithSystem(isWanted: boolean): Promise<void> {
  if (!app.isPackaged) return;
  if (process.platform === 'linux') await setAutostartEntry(isWanted);
  else app.setLoginItemSettings({ openAtLogin: isWanted, args: [BACKGROUND_OPTION] });
}

/** Whether the system started this process, not a person. */
export function wasStartedBySystem(): boolean {
  if (process.argv.includes(BACKGROUND_OPTION)) return true;
  return process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin;
}
