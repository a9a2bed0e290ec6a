import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/** TensorFlow.js with its native part, where `build/setupTfjsNative.mjs` made it. */
const tensorflow = fileURLToPath(new URL('.cache/tfjs-native/tfjs-node-gpu', import.meta.url));

/** Suites that take minutes. They run only on request: `npx vitest run --mode fault` (or `bench`). */
const SLOW_SUITES = ['fault', 'bench'];

export default defineConfig(({ mode }) => {
  const slowSuite = SLOW_SUITES.find((suite) => suite === mode);
  return {
    // State with runes is compiled as for a page, where it reacts; Vitest would take it for a server's.
    plugins: [svelte({ configFile: false, dynamicCompileOptions: () => ({ generate: 'client' }) })],
    test: {
      include: slowSuite ? [`tests/${slowSuite}/**/*.test.ts`] : ['tests/**/*.test.ts'],
      exclude: slowSuite ? [] : SLOW_SUITES.map((suite) => `tests/${suite}/**`),
      // Native code lives in worker processes of our own; a test file gets a process of its own, too.
      pool: 'forks',
      // What tests find out of this machine's devices must not end in the user's own cache.
      env: {
        ENLARGER_CACHE: fileURLToPath(new URL('.cache/tests', import.meta.url)),
        ...(existsSync(`${tensorflow}/ready.json`) && { ENLARGER_TENSORFLOW: tensorflow }),
      },
      // A single run of a network on a busy two-core machine takes seconds, starting a worker half a second.
      testTimeout: slowSuite ? 900_000 : 60_000,
      hookTimeout: slowSuite ? 300_000 : 60_000,
      // Lines that run in the processes of the tests; code that only a worker process runs counts as not run.
      coverage: {
        provider: 'v8',
        include: ['core/**/*.ts', 'cli/**/*.ts', 'electron/**/*.ts', 'renderer/**/*.ts'],
        reporter: ['text-summary', 'json-summary', 'html'],
        reportsDirectory: '.cache/coverage',
        reportOnFailure: true,
      },
      // A suite that found nothing to test is red.
      passWithNoTests: false,
    },
  };
});
