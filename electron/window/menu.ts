import { Menu } from 'electron';

/**
 * Sets the menu of the program. On macOS copying, pasting and quitting come from it; elsewhere the window has its own
 * shortcuts, and a menu would only offer reloading and zooming.
 */
export function setMenu(): void {
  if (process.platform !== 'darwin') {
    Menu.setApplicationMenu(null);
    return;
  }
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }]),
  );
}
