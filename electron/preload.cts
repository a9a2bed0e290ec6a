/**
 * @file The bridge into the window, run in its sandbox before the page. It has no logic: it passes calls, events and
 * dropped files on. A sandboxed preload is CommonJS and may require nothing but `electron`, so the names of the
 * channels stand here once more; `channels.ts` has them for the other side.
 */
// eslint-disable-next-line @typescript-eslint/no-require-imports -- CommonJS, as said above
import electron = require('electron');
import type { DesktopBridge } from './channels.ts' with { 'resolution-mode': 'import' };

const { contextBridge, ipcRenderer, webUtils } = electron;

const bridge: DesktopBridge = {
  call: (method, input) => ipcRenderer.invoke('enlarger:call', method, input),
  subscribe: (listener) => {
    const forward = (_: unknown, event: Parameters<typeof listener>[0]): void => {
      listener(event);
    };
    ipcRenderer.on('enlarger:event', forward);
    return () => {
      ipcRenderer.removeListener('enlarger:event', forward);
    };
  },
  desktop: {
    chooseFiles: () => ipcRenderer.invoke('enlarger:desktop', 'chooseFiles', {}),
    chooseFolder: () => ipcRenderer.invoke('enlarger:desktop', 'chooseFolder', {}),
    chooseModelFiles: () => ipcRenderer.invoke('enlarger:desktop', 'chooseModelFiles', {}),
    revealResult: (jobId) => ipcRenderer.invoke('enlarger:desktop', 'revealResult', { jobId }),
    openResult: (jobId) => ipcRenderer.invoke('enlarger:desktop', 'openResult', { jobId }),
    dragResults: (jobIds) => ipcRenderer.invoke('enlarger:desktop', 'dragResults', { jobIds }),
    sleep: () => ipcRenderer.invoke('enlarger:desktop', 'sleep', {}),
    saveFile: (media, suggestedName) =>
      ipcRenderer.invoke('enlarger:desktop', 'saveFile', { media, suggestedName }),
    takeOpenedPaths: () => ipcRenderer.invoke('enlarger:desktop', 'takeOpenedPaths', {}),
    watchOpened: (listener) => {
      const forward = (): void => {
        listener();
      };
      ipcRenderer.on('enlarger:opened', forward);
      return () => {
        ipcRenderer.removeListener('enlarger:opened', forward);
      };
    },
    keepPastedImage: (name, bytes) =>
      ipcRenderer.invoke('enlarger:desktop', 'keepPastedImage', { name, bytes }),
    pathOfFile: (file) => webUtils.getPathForFile(file as File),
  },
};

contextBridge.exposeInMainWorld('enlarger', bridge);
