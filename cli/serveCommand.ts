import { existsSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { EnlargerError } from '../core/api/errors.ts';
import { makeDataFolder } from '../core/host/dataFolder.ts';
import { startProgram } from '../core/host/startProgram.ts';
import { openLog } from '../core/log/openLog.ts';
import { forkMedia } from '../core/media/mediaLauncher.ts';
import { forkBackgroundWorker } from '../core/pool/launcher.ts';
import { openBrowserPlaces } from '../core/server/browserPlaces.ts';
import { startServer } from '../core/server/startServer.ts';
import { onInterrupt } from './interrupts.ts';
import { queueOptionsSchema, toMachineOptions } from './machines/queueOptions.ts';
import { widenProgram } from './machines/widenProgram.ts';
import { openInBrowser } from './openInBrowser.ts';
import { givenDataFolder } from './options/localPath.ts';
import { BUILT_WINDOW, BUNDLED_MODELS, EXAMPLES_FOLDER, EXIT, programVersion } from './program.ts';
import { terminalLog } from './terminalLog.ts';

const PORT = '--port must be a whole number from 0 to 65535.';

const optionsSchema = z.object({
  port: z.coerce.number(PORT).int(PORT).min(0, PORT).max(65_535, PORT).optional(),
  open: z.array(z.string()),
  browser: z.boolean(),
  window: z.string().optional(),
  data: z.string().optional(),
  verbose: z.boolean(),
  ...queueOptionsSchema.shape,
});

const SAMPLE = 'cat.jpg';

/** The port is the same at each start, so that a bookmark of the window works. */
const USUAL_PORT = 8437;

function parseOptions(raw: unknown): z.infer<typeof optionsSchema> {
  const parsed = optionsSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const messages = new Set(parsed.error.issues.map(({ message }) => message));
  throw new EnlargerError('usage/invalid-option', [...messages].join(' '));
}

function findWindow(given: string | undefined): string {
  const folder = given === undefined ? BUILT_WINDOW : path.resolve(given);
  if (existsSync(path.join(folder, 'index.html'))) return folder;
  const message = `The window was not built: there is no index.html in ${folder}. Run npm run build first.`;
  throw new EnlargerError('usage/invalid-option', message, { folder });
}

function sampleImage(): { readonly sampleImage?: string } {
  const file = path.join(EXAMPLES_FOLDER, SAMPLE);
  return existsSync(file) ? { sampleImage: file } : {};
}

/** Waits for Ctrl-C; after a second one, work under way is abandoned. */
function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    onInterrupt(resolve, () => process.exit(EXIT.cancelled));
  });
}

/**
 * `enlarger serve`: the window in a browser of this machine, until Ctrl-C.
 *
 * @returns The exit code.
 * @throws EnlargerError `usage/…`, `input/not-found` for a folder to open, `store/…`.
 */
export async function serveCommand(rawOptions: unknown): Promise<number> {
  const options = parseOptions(rawOptions);
  const assetsFolder = findWindow(options.window);
  const folder = givenDataFolder(options.data);
  makeDataFolder(folder);
  const places = openBrowserPlaces(folder, options.open);
  const logFile = openLog(folder);
  const log = terminalLog(logFile, options.verbose);
  const end = interrupted();
  try {
    const machines = toMachineOptions(options);
    const widenPool = await widenProgram({ machines, isReproducible: options.reproducible }, log);
    const program = await startProgram({
      dataFolder: folder,
      purpose: 'enlarger serve',
      version: programVersion(),
      modelsFolder: BUNDLED_MODELS,
      ...sampleImage(),
      capabilities: { localPaths: false, desktop: false, uploads: true },
      sources: places.resolver,
      roots: () => places.roots.all.map(({ id, name }) => ({ id, name })),
      launchWorker: forkBackgroundWorker,
      launchMedia: forkMedia,
      log,
      ...widenPool,
    });
    try {
      await places.tidy();
      const { host, media } = program;
      const onBug = (error: unknown): void => {
        log.error('Internal error', { error: error instanceof Error ? error.stack : String(error) });
      };
      const { port = USUAL_PORT } = options;
      const server = await startServer({
        ...{ host, media, places, assetsFolder, port, onBug },
        mayMove: options.port === undefined,
        sessionsFile: path.join(folder, 'sessions.json'),
      });
      if (port !== 0 && server.port !== port) log.warn(`Port ${port} is taken; using ${server.port}.`);
      process.stdout.write(`${server.url}\n`);
      const tidyLink =
        options.browser && process.stdout.isTTY ? openInBrowser(server.url, folder) : undefined;
      await end;
      tidyLink?.();
      await server.close();
    } finally {
      await program.close();
    }
  } finally {
    await logFile.close();
  }
  return EXIT.done;
}
