import { fileURLToPath } from 'node:url';
import { forkLauncher, type WorkerHandle, type WorkerLauncher } from '../pool/launcher.ts';
import type { ToMedia } from './mediaMessages.ts';

/** A running media process. */
export type MediaHandle = WorkerHandle<ToMedia>;

/** Starts media processes; on the desktop created by `utilityLauncher(fork, MEDIA_ENTRY)`. */
export type MediaLauncher = WorkerLauncher<ToMedia>;

/** The script of the process. */
export const MEDIA_ENTRY = fileURLToPath(new URL('../worker/media.js', import.meta.url));

/** Starts a media process as a child of this one. */
export const forkMedia: MediaLauncher = forkLauncher(MEDIA_ENTRY);
