/**
 * @file The desktop program with a stand-in for its host: shell, preload script and window are the program's own, and
 * the host lives in the test's process, reached through the stand-in server. Run as `electron standInDesktop.js` with
 * the server's address in ENLARGER_STAND_IN.
 */
import { app } from 'electron';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { EnlargerApi, HostEvent, Reply } from '../../core/api/contract.ts';
import { METHOD_NAMES } from '../../core/api/contract.ts';
import { EnlargerError, fromErrorDto } from '../../core/api/errors.ts';
import type { MediaContent, TileAddress } from '../../core/media/mediaService.ts';
import type { DesktopHost } from '../../electron/desktopHost.ts';
import { PastedImages } from '../../electron/pastedImages.ts';
import { lockAllContents } from '../../electron/lockDown.ts';
import { runProgram } from '../../electron/runProgram.ts';
import { registerSchemes } from '../../electron/schemes.ts';

/** The functions that a test calls in the main process. */
export interface StandInDesktop {
  /** Switches to another stand-in server; the page has to be reloaded. */
  connect(url: string): Promise<void>;
}

/** A host in another process. */
class DistantHost implements DesktopHost {
  readonly api: EnlargerApi;
  readonly media = {
    read: (id: string, tile?: TileAddress): Promise<MediaContent> => this.#read(id, tile),
  };
  readonly pasted = new PastedImages(path.join(app.getPath('userData'), 'pasted'), () =>
    app.getPath('pictures'),
  );
  readonly #listeners = new Set<(event: HostEvent) => void>();
  #base = '';
  #csrf = '';
  #stop = new AbortController();

  constructor() {
    // Every name of the contract is bound to its own call, so the record is the contract.
    this.api = Object.fromEntries(
      METHOD_NAMES.map((name) => [name, (input: unknown) => this.#call(name, input)]),
    ) as EnlargerApi;
  }

  async connect(url: string): Promise<void> {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#base = new URL(url).origin;
    const { csrf } = (await this.#call('session', {})) as { csrf: string };
    this.#csrf = csrf;
    const events = await fetch(`${this.#base}/api/events`, { signal: this.#stop.signal });
    void this.#follow(events);
  }

  subscribe(listener: (event: HostEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The stand-in invents all that it lists; there are no files. */
  async ownResult(jobId: number): Promise<string> {
    const { state } = await this.api.getJob({ jobId });
    if (state.kind === 'done') return state.outputPath;
    throw new EnlargerError('job/wrong-state', 'There is no result yet.');
  }

  close(): Promise<void> {
    this.#stop.abort();
    return Promise.resolve();
  }

  async #call(name: string, input: unknown): Promise<unknown> {
    const response = await fetch(`${this.#base}/api/${name}`, {
      method: 'POST',
      headers: { 'x-enlarger-csrf': this.#csrf },
      body: JSON.stringify(input),
    });
    const reply = (await response.json()) as Reply<unknown>;
    if (reply.ok) return reply.value;
    throw fromErrorDto(reply.error);
  }

  async #follow({ body }: Response): Promise<void> {
    if (body === null) return;
    try {
      for await (const line of createInterface({ input: Readable.fromWeb(body as never) })) {
        if (!line.startsWith('data: ')) continue;
        const event = JSON.parse(line.slice('data: '.length)) as HostEvent;
        for (const listener of this.#listeners) listener(event);
      }
    } catch (error) {
      // Another server has taken its place, or the test is over.
      if (!(error instanceof Error)) throw error;
    }
  }

  async #read(id: string, tile: TileAddress | undefined): Promise<MediaContent> {
    const below = tile === undefined ? '' : `/${tile.level}/${tile.column}/${tile.row}`;
    const response = await fetch(`${this.#base}/media/${id}${below}`);
    const contentType = response.headers.get('content-type') ?? '';
    if (contentType === 'application/json') throw new EnlargerError('media/not-found', await response.text());
    return { contentType, bytes: new Uint8Array(await response.arrayBuffer()) };
  }
}

async function openDistantHost(): Promise<DesktopHost> {
  const host = new DistantHost();
  const standIn: StandInDesktop = { connect: (url) => host.connect(url) };
  Reflect.set(globalThis, 'standIn', standIn);
  await host.connect(process.env['ENLARGER_STAND_IN'] ?? '');
  return host;
}

registerSchemes();
lockAllContents();
runProgram(openDistantHost);
