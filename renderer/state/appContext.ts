import { getContext, setContext } from 'svelte';
import type { App } from './app.svelte.ts';

const KEY = Symbol('app');

export function provideApp(app: App): void {
  setContext(KEY, app);
}

/** The window's state, inside any component. */
export function useApp(): App {
  return getContext<App>(KEY);
}
