/** @file Starts a packaged desktop program as a user would, and enlarges a picture in it. */
import { copyFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const root = fileURLToPath(new URL('..', import.meta.url));

const WORK_LIMIT_MS = 120_000;
const LOOK_INTERVAL_MS = 200;

/** The tests' own ways to a screen and to the program; compiled with them. */
function fromTests(name) {
  return import(`../dist/tests/support/${name}.js`);
}

/** Waits for the one job to come to its end. */
async function waitForEnd(page, ask) {
  const endAt = Date.now() + WORK_LIMIT_MS;
  for (;;) {
    const { jobs } = await ask(page, 'listJobs', { offset: 0, limit: 10 });
    const [job] = jobs;
    if (job !== undefined && !['queued', 'running'].includes(job.state.kind)) return job.state;
    if (Date.now() > endAt) throw new Error(`The picture was not done in time: ${JSON.stringify(jobs)}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL_MS));
  }
}

/** Opens a picture with the program and has it enlarged, by what its window shows and by what lies on the disk. */
async function enlargeIn({ page }, ask, result) {
  await ask(page, 'startQueue', {});
  const state = await waitForEnd(page, ask);
  if (state.kind !== 'done') return [`the picture ended as ${JSON.stringify(state)}`];
  const { width, height } = await sharp(result).metadata();
  const isRight = width === 720 && height === 960;
  return [
    ...(existsSync(result) && isRight ? [] : [`the result has ${width} × ${height} px`]),
    ...(/flowers/.test(await page.innerText('body')) ? [] : ['the window does not show the picture']),
  ];
}

/**
 * @param {string} program The executable.
 * @param {string} folder For everything that it writes.
 * @param {(text: string) => void} say Hears what went well.
 * @returns {Promise<string[]>} One line per problem.
 */
export async function tryPackaged(program, folder, say) {
  const [{ openScreen, whyNoScreen }, { startPackaged }, { ask }] = await Promise.all(
    ['screen', 'packagedProgram', 'desktopProgram'].map(fromTests),
  );
  const reason = whyNoScreen();
  if (reason !== undefined) return [`it cannot be started here: ${reason}`];
  const picture = path.join(folder, 'flowers.jpg');
  copyFileSync(path.join(root, 'examples', 'flowers.jpg'), picture);
  const screen = await openScreen();
  try {
    const started = Date.now();
    const running = await startPackaged(program, { screen, dataFolder: folder, files: [picture] });
    say(`The packaged program started in ${Date.now() - started} ms.`);
    const problems = await enlargeIn(running, ask, path.join(folder, 'enlarged', 'flowers.jpg'));
    const end = await running.close();
    if (end !== 0) problems.push(`it ended with ${end}`);
    const glib = running
      .stderr()
      .split('\n')
      .filter((line) => /GLib|GObject/.test(line));
    if (problems.length === 0 && glib.length === 0) say('It enlarged a picture ×4 and ended in order.');
    return [...problems, ...glib];
  } finally {
    screen.close();
  }
}
