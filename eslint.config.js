import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const TYPED_SOURCES = [
  'core/**/*.ts',
  'cli/**/*.ts',
  'renderer/**/*.ts',
  'electron/**/*.{ts,cts}',
  'tests/**/*.ts',
];
const PRODUCTION_SOURCES = ['core/**/*.ts', 'cli/**/*.ts', 'renderer/**/*.ts', 'electron/**/*.{ts,cts}'];

/** Rooms that walk over pixels or weights, where a loop's bounds prove what `noUncheckedIndexedAccess` cannot see. */
const PIXEL_SOURCES = [
  'core/{tiling,quality,image,engine,worker,onnx,models,foreign}/**/*.ts',
  'tests/**/*.ts',
];

const nodeGlobals = Object.fromEntries(
  [
    'process',
    'console',
    'Buffer',
    'URL',
    'TextDecoder',
    'TextEncoder',
    'setTimeout',
    'clearTimeout',
    'fetch',
  ].map((name) => [name, 'readonly']),
);

export default defineConfig(
  globalIgnores(['dist/', '.cache/', 'release/', 'coverage/', 'enlarged/', 'training/']),
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
  },
  js.configs.recommended,
  ...svelte.configs.recommended,
  {
    files: ['**/*.{ts,cts}'],
    extends: [tseslint.configs.strict],
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  {
    files: TYPED_SOURCES,
    extends: [tseslint.configs.strictTypeChecked],
    // Each file is checked with the settings of its own room.
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // A field that is destructured only to pass on the rest is not an unused variable.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // A number prints as one expects; anything else in a template is most likely a mistake.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    files: PRODUCTION_SOURCES,
    rules: {
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'max-depth': ['error', 4],
    },
  },
  {
    files: ['tests/**/*.ts', 'build/**/*.mjs'],
    rules: { 'max-lines': ['error', { max: 300 }] },
  },
  {
    // State with runes is ordinary TypeScript; svelte-check sees what only the compiler knows.
    files: ['renderer/**/*.ts'],
    languageOptions: { parser: tseslint.parser },
    // Sets and maps in states are replaced as a whole, never changed.
    rules: { 'svelte/prefer-svelte-reactivity': 'off' },
  },
  {
    files: ['renderer/**/*.svelte'],
    // The Svelte parser comes last and hands the scripts on to the other one.
    extends: [tseslint.configs.strict, ...svelte.configs.recommended],
    // Types of components are checked by svelte-check, which understands them.
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    rules: {
      'max-lines': ['error', { max: 150 }],
      // Text from files and metadata must never become markup.
      'svelte/no-at-html-tags': 'error',
      'no-undef': 'off', // svelte-check knows what a page has
      // The page's policy forbids style attributes; `style:` directives go another way.
      'no-restricted-syntax': [
        'error',
        { selector: 'SvelteAttribute[key.name="style"]', message: 'Use a style: directive.' },
      ],
      'svelte/no-navigation-without-resolve': 'off', // there are no routes here
    },
  },
  {
    files: ['core/**/*.ts', 'renderer/**/*.ts', 'electron/**/*.{ts,cts}'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['core/**/*.ts', 'cli/**/*.ts', 'electron/**/*.{ts,cts}'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'CallExpression[callee.name=/^mkdir(Sync)?$/] Property[key.name="recursive"]',
          message: 'Use makeFolder: this one may never end, see [Note: Folders that cannot be].',
        },
      ],
    },
  },
  {
    files: PIXEL_SOURCES,
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    // The contract's methods are asynchronous, also where a stand-in knows the answer at once.
    files: ['tests/support/standIn*.ts', 'tests/support/standInHost/*.ts', 'tests/unit/renderer/**/*.ts'],
    rules: { '@typescript-eslint/require-await': 'off' },
  },
  {
    // Scripts that must run before anything is installed or compiled: plain JavaScript, linted without types.
    files: ['**/*.mjs', '**/*.cjs', '**/*.js'],
    languageOptions: { globals: nodeGlobals },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { globals: { module: 'writable', require: 'readonly' } },
  },
);
