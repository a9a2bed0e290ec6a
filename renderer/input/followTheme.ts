import type { ProgramSettings } from '../../core/api/programSettings.ts';

const KEPT_AS = 'theme';

/** The theme of the last window. */
export function keptTheme(): ProgramSettings['theme'] {
  const kept = localStorage.getItem(KEPT_AS);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

/** Puts the theme onto the page and follows the system if requested. @returns A function that ends it. */
export function followTheme(theme: ProgramSettings['theme']): () => void {
  const light = window.matchMedia('(prefers-color-scheme: light)');
  const apply = (): void => {
    const isLight = theme === 'light' || (theme === 'system' && light.matches);
    document.documentElement.dataset['theme'] = isLight ? 'light' : 'dark';
  };
  apply();
  localStorage.setItem(KEPT_AS, theme); // the next window begins with it, before the settings are loaded
  light.addEventListener('change', apply);
  return () => light.removeEventListener('change', apply);
}
