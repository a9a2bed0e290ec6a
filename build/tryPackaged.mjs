/** @file Starts a packaged desktop program as a user would, and enlarges an image with it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const root = fileURLToPath(new URL('..', import.meta.url));

const WORK_LIMIT_MS = 120_000;
const LOOK_INTERVAL_MS = 200;
const REFUSAL_LIMIT_MS = 30_000;

/** Waits until the one job has ended. */
async function waitForEnd(page, ask) {
  const endAt = Date.now() + WORK_LIMIT_MS;
  for (;;) {
    const { jobs } = await ask(page, 'listJobs', { offset: 0, limit: 10 });
    const [job] = jobs;
    if (job !== undefined && !['queued', 'running'].includes(job.state.kind)) return job.state;
    if (Date.now() > endAt) throw new Error(`The image was not finished in time: ${JSON.stringify(jobs)}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL_MS));
  }
}

/** Opens an image with the program, enlarges it, and checks what the window shows and what is on the disk. */
async function enlargeIn({ page }, ask, result) {
  // Files that the program is opened with wait in the window for their settings.
  await page.locator('form button.primary').click();
  const state = await waitForEnd(page, ask);
  if (state.kind !== 'done') return [`the image ended as ${JSON.stringify(state)}`];
  const { width, height } = await sharp(result).metadata();
  const isRight = width === 720 && height === 960;
  return [
    ...(existsSync(result) && isRight ? [] : [`the result has ${width} × ${height} px`]),
    ...(/flowers/.test(await page.innerText('body')) ? [] : ['the window does not show the image']),
  ];
}

/**
 * @param {string} program The executable.
 * @param {string} folder For everything that it writes.
 * @param {(text: string) => void} say Called with each success.
 * @returns {Promise<string[]>} One line per problem.
 */
export async function tryPackaged(program, folder, say) {
  const { openScreen, whyNoScreen } = await import('../dist/tests/support/screen.js');
  const { startPackaged } = await import('../dist/tests/support/packagedProgram.js');
  const { ask } = await import('../dist/tests/support/desktopSetting.js');
  const reason = whyNoScreen();
  if (reason !== undefined) return [`it cannot be started here: ${reason}`];
  const image = path.join(folder, 'flowers.jpg');
  copyFileSync(path.join(root, 'examples', 'flowers.jpg'), image);
  const screen = await openScreen();
  try {
    const started = Date.now();
    const running = await startPackaged(program, { screen, dataFolder: folder, files: [image] });
    say(`The packaged program started in ${Date.now() - started} ms.`);
    const problems = await enlargeIn(running, ask, path.join(folder, 'enlarged', 'flowers_4x.jpg'));
    const end = await running.close();
    if (end !== 0) problems.push(`it ended with ${end}`);
    const glib = running
      .stderr()
      .split('\n')
      .filter((line) => /GLib|GObject/.test(line));
    if (problems.length === 0 && glib.length === 0) say('It enlarged an image ×4 and ended cleanly.');
    return [...problems, ...glib];
  } finally {
    screen.close();
  }
}

/** A library that is packaged next to the archive. */
function someNative(resources) {
  const folder = path.join(resources, 'app.asar.unpacked', 'node_modules');
  const name = readdirSync(folder, { recursive: true }).find((file) => file.endsWith('.node'));
  if (name === undefined) throw new Error(`${folder} has no native library.`);
  return path.join(folder, name);
}

/** Starts the program and waits for its refusal, then ends it, since it shows a dialog that no one can close. */
async function refusalOf(program, environment, args) {
  const child = spawn(program, args, { env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  let stderr = '';
  const timer = setTimeout(() => child.kill('SIGKILL'), REFUSAL_LIMIT_MS);
  child.stderr.on('data', (part) => {
    stderr += part;
    if (/cannot start/.test(stderr)) child.kill('SIGKILL');
  });
  await exited;
  clearTimeout(timer);
  return stderr;
}

/**
 * Changes a library of the packaged program and then adds another next to it: it must not start. Both
 * are taken back.
 *
 * @returns {Promise<string[]>} One line per problem.
 */
export async function tryTampered(program, { resources, folder, say }) {
  // The signature of the whole program covers them there.
  if (process.platform === 'darwin') return [];
  const { openScreen } = await import('../dist/tests/support/screen.js');
  const { desktopEnvironment, SANDBOX_OPTIONS } = await import('../dist/tests/support/desktopSetting.js');
  const native = someNative(resources);
  const whole = readFileSync(native);
  const screen = await openScreen();
  try {
    const environment = desktopEnvironment({ screen, dataFolder: folder });
    const args = [...SANDBOX_OPTIONS, `--user-data-dir=${path.join(folder, 'electron')}`];
    const changed = Buffer.from(whole);
    changed[changed.length - 1] ^= 1;
    writeFileSync(native, changed);
    const afterChange = await refusalOf(program, environment, args);
    writeFileSync(native, whole);
    writeFileSync(`${native}.more`, 'not of this program');
    const afterAddition = await refusalOf(program, environment, args);
    const problems = [
      ...(/was changed/.test(afterChange) ? [] : [`it started with a changed library: ${afterChange}`]),
      ...(/does not belong/.test(afterAddition) ? [] : [`it started with a foreign file: ${afterAddition}`]),
    ];
    if (problems.length === 0) say('It starts neither with a changed library nor with a foreign one.');
    return problems;
  } finally {
    writeFileSync(native, whole);
    rmSync(`${native}.more`, { force: true });
    screen.close();
  }
}
