/**
 * @file How the window is built: `renderer/` becomes a few static files in `dist/renderer/`. They are served
 * under a strict content security policy: nothing inline, nothing as `data:`, nothing from elsewhere.
 */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { requireKnownPackages } from './bundledPackages.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

export default defineConfig({
  root: path.join(root, 'renderer'),
  // The desktop shell serves the same files from `app://bundle/`.
  base: './',
  plugins: [requireKnownPackages(), svelte({ configFile: false })],
  build: {
    outDir: path.join(root, 'dist', 'renderer'),
    emptyOutDir: true,
    target: 'chrome120',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    reportCompressedSize: false,
  },
});
