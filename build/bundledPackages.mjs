/** @file The packages that Vite bundles into the window's files, so that they are not shipped as separate folders. */
import path from 'node:path';

/** Their licences are in THIRD_PARTY_NOTICES.md; the window build fails if one is missing here. */
export const BUNDLED_PACKAGES = [
  '@floating-ui/core',
  '@floating-ui/dom',
  '@floating-ui/utils',
  '@lucide/svelte',
  'bits-ui',
  'client-zip',
  'clsx',
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
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(moduleId.replaceAll(path.sep, '/'))?.[1];
}

/** A Vite plugin that fails if the window bundles a package whose licence is missing from the notices. */
export function requireKnownPackages() {
  return {
    name: 'require-known-packages',
    generateBundle(_, bundle) {
      const modules = Object.values(bundle).flatMap(({ modules = {} }) => Object.entries(modules));
      const found = modules
        .filter(([, { renderedLength }]) => renderedLength > 0)
        .map(([id]) => packageOf(id))
        .filter((name) => name !== undefined);
      const unknown = [...new Set(found)].filter((name) => !BUNDLED_PACKAGES.includes(name)).sort();
      if (unknown.length > 0) {
        this.error(`Add to build/bundledPackages.mjs, then run build/makeNotices.mjs: ${unknown.join(', ')}`);
      }
    },
  };
}
