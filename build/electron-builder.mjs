/**
 * @file How the installers are made: the configuration of electron-builder. `docs/release.md` describes a release;
 * `build/packageCheck.mjs` checks the results.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { NATIVE_HASHES, writeNativeHashes } from './nativeHashes.mjs';
import { moduleName, packagedModules } from './packagedModules.mjs';

/** The program's own code as it runs; no sources, types, maps, tests or other interfaces. */
const OWN_FILES = [
  'package.json',
  'dist/core/**/*.js',
  '!dist/core/server/**',
  'dist/electron/**/*.{js,cjs}',
  NATIVE_HASHES,
  'dist/renderer/**/*',
  'resources/**/*',
  'examples/*.{jpg,png,webp}',
];

/** Package files that are not needed at run time. */
const MODULE_LITTER = [
  '!**/*.{map,ts,mts,cts,markdown,tsbuildinfo}',
  '!node_modules/**/{README,CHANGELOG,SECURITY,CONTRIBUTING,benchmark}.md',
  '!node_modules/**/{test,tests,docs,examples,benchmarks,.github}/**',
  '!node_modules/**/{tsconfig,.eslintrc}*.json',
  '!node_modules/onnxruntime-node/script/**',
  '!node_modules/sharp/{src,install}/**',
  '!node_modules/libheif-js/libheif/**',
  '!node_modules/libheif-js/libheif-wasm/libheif-bundle.*',
  '!node_modules/wasm-vips/lib/{vips,vips-es6}.js',
  '!node_modules/wasm-vips/lib/vips-{heif,resvg}.wasm',
  '!node_modules/{sonic-boom,thread-stream}/fixtures/**',
  '!node_modules/**/{bench,benchmark,example,test,check,eslint.config}.js',
  '!node_modules/**/.*',
  '!node_modules/pino/*.{sh,ico,html}',
  '!node_modules/pino/CNAME',
  '!node_modules/rotating-file-stream/packages/**',
];

const IMAGE_TYPES = [
  { ext: ['jpg', 'jpeg'], name: 'JPEG image', mimeType: 'image/jpeg' },
  { ext: 'png', name: 'PNG image', mimeType: 'image/png' },
  { ext: 'webp', name: 'WebP image', mimeType: 'image/webp' },
  { ext: ['tif', 'tiff'], name: 'TIFF image', mimeType: 'image/tiff' },
  { ext: 'avif', name: 'AVIF image', mimeType: 'image/avif' },
  { ext: 'gif', name: 'GIF image', mimeType: 'image/gif' },
];

/**
 * ONNX Runtime ships binaries for every platform in one package; only one is used. Installers are made on the
 * system that they are for.
 */
function otherRuntimes() {
  const binaries = 'node_modules/onnxruntime-node/bin/napi-v6';
  const others = ['darwin', 'linux', 'win32'].filter((name) => name !== process.platform);
  return [...others.map((name) => `!${binaries}/${name}/**`), `!${binaries}/*/!(\${arch})/**`];
}

/** Excludes packages that the program does not need, wherever electron-builder would put them. */
function unwantedModules() {
  const { wanted, unwanted } = packagedModules();
  const names = new Set(wanted.map(moduleName));
  return [
    ...new Set(
      unwanted.map((location) =>
        names.has(moduleName(location)) ? `!${location}/**` : `!**/node_modules/${moduleName(location)}/**`,
      ),
    ),
  ];
}

/**
 * An unpacked Electron contains its demonstration program, which must not be shipped although Electron would not load it with the fuse for asar files.
 */
async function removeDemonstration({ appOutDir, packager }) {
  await rm(path.join(packager.getResourcesDir(appOutDir), 'default_app.asar'), { force: true });
}

/** @type {import('electron-builder').Configuration} */
export default {
  appId: 'app.enlarger.desktop',
  productName: 'Enlarger',
  copyright: 'MIT licence, see LICENSE',
  directories: { output: 'release', buildResources: 'build' },
  // The project has no home page yet, but a Debian package must name one; see docs/release.md.
  extraMetadata: { homepage: 'https://enlarger.invalid' },
  // All native modules come prebuilt for Node-API, which Electron supports.
  npmRebuild: false,
  nodeGypRebuild: false,
  files: [...OWN_FILES, ...unwantedModules(), ...otherRuntimes(), ...MODULE_LITTER],
  extraFiles: ['LICENSE', 'THIRD_PARTY_NOTICES.md'],
  asar: true,
  // Libraries and models have to be separate files so that they can be mapped into memory.
  asarUnpack: [
    'node_modules/onnxruntime-node/bin/**',
    'node_modules/@img/sharp-*/**',
    'node_modules/@libsql/**',
    'resources/models/**',
    'examples/**',
  ],
  electronLanguages: ['en', 'en-US', 'zh-TW', 'zh_TW'],
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  },
  // No automatic updates until releases are signed.
  publish: null,
  beforePack: writeNativeHashes,
  afterPack: removeDemonstration,
  fileAssociations: IMAGE_TYPES.map((type) => ({ ...type, role: 'Viewer', rank: 'Alternate' })),
  linux: {
    target: ['AppImage', 'deb'],
    icon: 'build/icons',
    category: 'Graphics;Photography',
    synopsis: 'Upscales photos in batches',
    description: 'Upscales whole folders of photos on your own machine, with neural networks.',
    maintainer: 'Enlarger contributors <maintainers@enlarger.invalid>',
    vendor: 'Enlarger contributors',
    executableName: 'enlarger-desktop',
  },
  deb: { priority: 'optional', compression: 'xz' },
  win: {
    target: ['nsis', 'portable'],
    icon: 'build/icons/256x256.png',
  },
  nsis: {
    oneClick: false,
    perMachine: false,
    allowToChangeInstallationDirectory: true,
    license: 'LICENSE',
    differentialPackage: false,
  },
  mac: {
    target: ['dmg'],
    icon: 'build/icons/1024x1024.png',
    category: 'public.app-category.photography',
    hardenedRuntime: true,
  },
};
