import { Menu } from 'electron';
import type { ShellTexts } from '../texts.ts';

/**
 * Sets the menu of the program. On macOS copying, pasting and quitting come from it. Elsewhere it is hidden until Alt is
 * pressed, and gives the page its zoom: the window's own shortcuts leave Ctrl with +, − and 0 to it.
 */
export function setMenu(): void {
  const view: Electron.MenuItemConstructorOptions = {
    role: 'viewMenu',
    submenu: [
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { type: 'separator' },
      { role: 'togglefullscreen' },
    ],
  };
  const template: Electron.MenuItemConstructorOptions[] =
    process.platform === 'darwin'
      ? [{ role: 'appMenu' }, { role: 'fileMenu' }, { role: 'editMenu' }, view, { role: 'windowMenu' }]
      : [{ role: 'fileMenu' }, view];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

/** The context menu of a text field. */
export function editMenuItems(t: ShellTexts): Electron.MenuItemConstructorOptions[] {
  return [
    { role: 'cut', label: t('shell.cut') },
    { role: 'copy', label: t('shell.copy') },
    { role: 'paste', label: t('shell.paste') },
    { type: 'separator' },
    { role: 'selectAll', label: t('shell.selectAll') },
  ];
}
