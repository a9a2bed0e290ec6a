import { getContext, setContext } from 'svelte';
import type { App } from './app.svelte.ts';
import type { AfterBatch } from './settings/afterBatch.svelte.ts';

const KEY = Symbol('app');
const AFTER_BATCH = Symbol('after a batch');

export function provideApp(app: App): void {
  setContext(KEY, app);
}

/** The window's state, inside any component. */
export function useApp(): App {
  return getContext<App>(KEY);
}

export function provideAfterBatch(afterBatch: AfterBatch): void {
  setContext(AFTER_BATCH, afterBatch);
}

export function useAfterBatch(): AfterBatch {
  return getContext<AfterBatch>(AFTER_BATCH);
}
