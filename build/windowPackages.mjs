/** @file Which packages are put into the window's files, and the check that no other one is. */

/** They are not installed with the program, but they are in it: THIRD_PARTY_NOTICES.md names them. */
export const WINDOW_PACKAGES = [
  '@floating-ui/core',
  '@floating-ui/dom',
  '@floating-ui/utils',
  '@lucide/svelte',
  'bits-ui',
  'clsx',
  'i18next',
  'inline-style-parser',
  'runed',
  'style-to-object',
  'svelte',
  'svelte-toolbelt',
  'tabbable',
  'virtua',
  'zod',
];

function packageOf(moduleId) {
  const [, name] = /.*node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(moduleId) ?? [];
  return name?.replace('\\', '/');
}

/** A Vite plugin that fails the build when what is in the window differs from the list above. */
export function checkWindowPackages() {
  return {
    name: 'check-window-packages',
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap(({ modules: parts = {} }) => Object.entries(parts));
      const inside = modules
        .filter(([, { renderedLength }]) => renderedLength > 0)
        .map(([id]) => packageOf(id));
      const found = [...new Set(inside)].filter((name) => name !== undefined).sort();
      if (found.join() === [...WINDOW_PACKAGES].sort().join()) return;
      this.error(`build/windowPackages.mjs lists other packages than the window has: ${found.join(', ')}.`);
    },
  };
}
