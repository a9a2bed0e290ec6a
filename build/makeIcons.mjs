/**
 * @file Makes every icon of the program from `build/icon.svg`: `node build/makeIcons.mjs`. electron-builder generates the
 * formats for Windows and macOS from the largest one. The results are committed.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const root = fileURLToPath(new URL('..', import.meta.url));
const SOURCE = path.join(root, 'build', 'icon.svg');

/** For the installers: the sizes that Linux desktops use, and one for the formats of other systems. */
const INSTALLER_SIZES = [16, 24, 32, 48, 64, 128, 256, 512, 1024];
const INSTALLER_FOLDER = path.join(root, 'build', 'icons');

/** For the running program: its window on Linux, and the tray. */
const PROGRAM_FOLDER = path.join(root, 'resources', 'icons');
const TRAY_PX = 16;

function readSource() {
  return readFileSync(SOURCE, 'utf8');
}

/** macOS draws a template icon itself, light or dark: only opacity counts, so the background is removed. */
function templateOf(svg) {
  return svg
    .replace(/<rect width="64"[^>]*>/, '')
    .replaceAll(/(fill|stroke)="#[0-9a-f]{6}"/g, '$1="#000000"');
}

async function draw(svg, sidePx, file) {
  const density = (72 * sidePx) / 64; // the drawing is 64 units wide and high
  await sharp(Buffer.from(svg), { density })
    .resize(sidePx, sidePx)
    .png({ compressionLevel: 9, palette: false })
    .toFile(file);
}

mkdirSync(INSTALLER_FOLDER, { recursive: true });
mkdirSync(PROGRAM_FOLDER, { recursive: true });
const svg = readSource();
for (const sidePx of INSTALLER_SIZES) {
  await draw(svg, sidePx, path.join(INSTALLER_FOLDER, `${sidePx}x${sidePx}.png`));
}
await draw(svg, 256, path.join(PROGRAM_FOLDER, 'icon-256.png'));
for (const [name, text] of [
  ['tray', svg],
  ['trayTemplate', templateOf(svg)],
]) {
  await draw(text, TRAY_PX, path.join(PROGRAM_FOLDER, `${name}.png`));
  await draw(text, 2 * TRAY_PX, path.join(PROGRAM_FOLDER, `${name}@2x.png`));
}
const favicon = path.join(root, 'renderer', 'public', 'icon.svg');
if (existsSync(path.dirname(favicon))) copyFileSync(SOURCE, favicon);
