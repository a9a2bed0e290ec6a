/**
 * @file Entry of the desktop program: Electron's main process. It only connects the parts, in the order of safety: the limits of pages
 * are set before there is one.
 */
import { app } from 'electron';
import type { DesktopHost } from './desktopHost.ts';
import { lockAllContents } from './lockDown.ts';
import { checkPackagedNatives } from './nativeFiles.ts';
import { runProgram } from './runProgram.ts';
import { registerSchemes } from './schemes.ts';

/** The host, after a check that its native libraries are the packaged ones. */
function hostOnceChecked(): () => Promise<DesktopHost> {
  let checked: Promise<void> | undefined;
  return async () => {
    if (app.isPackaged) await (checked ??= checkPackagedNatives(app.getAppPath()));
    // Not a static import: it would load them too early.
    const { openDesktopHost } = await import('./openDesktopHost.ts');
    return openDesktopHost();
  };
}

registerSchemes();
lockAllContents();
runProgram(hostOnceChecked());
