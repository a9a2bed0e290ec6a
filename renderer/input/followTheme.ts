import type { ProgramSettings } from '../../core/api/programSettings.ts';

/** Puts the theme onto the page and follows the system if requested. @returns A function that ends it. */
export function followTheme(theme: ProgramSettings['theme']): () => void {
  const light = window.matchMedia('(prefers-color-scheme: light)');
  const apply = (): void => {
    const isLight = theme === 'light' || (theme === 'system' && light.matches);
    document.documentElement.dataset['theme'] = isLight ? 'light' : 'dark';
  };
  apply();
  light.addEventListener('change', apply);
  return () => light.removeEventListener('change', apply);
}
