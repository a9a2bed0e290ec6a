import path from 'node:path';
import { app, dialog, nativeImage, shell, type BrowserWindow } from 'electron';
import { z } from 'zod';
import type { DesktopApi, Reply } from '../core/api/contract.ts';
import { EnlargerError, toErrorDto } from '../core/api/errors.ts';
import { IMAGE_EXTENSIONS } from '../core/api/imageFormats.ts';
import { MODEL_EXTENSIONS } from '../core/api/models/modelFiles.ts';
import { safeFileName } from '../core/api/safeFileName.ts';
import type { MediaService } from '../core/media/mediaService.ts';
import type { DesktopHost } from './desktopHost.ts';
import type { PastedImages } from './pastedImages.ts';
import { sleepComputer } from './sleepComputer.ts';
import { saveContent } from './saveContent.ts';
import type { ShellTexts } from './texts.ts';

const DRAG_ICON_PX = 64;

/** Maximum number of files that are passed to other programs at once. */
const MAX_DRAGGED = 1_000;

const nothing = z.strictObject({});
const job = z.strictObject({ jobId: z.int().min(1) });

/** Inputs of everything of `DesktopApi` that the window cannot do by itself. */
const INPUTS = {
  chooseFiles: nothing,
  chooseFolder: nothing,
  chooseModelFiles: nothing,
  revealResult: job,
  openResult: job,
  takeOpenedPaths: nothing,
  dragResults: z.strictObject({ jobIds: z.array(z.int().min(1)).min(1).max(MAX_DRAGGED) }),
  sleep: nothing,
  saveFile: z.strictObject({ media: z.string().min(1).max(64), suggestedName: z.string().min(1).max(255) }),
  keepPastedImage: z.strictObject({ name: z.string().max(1_000), bytes: z.instanceof(Uint8Array) }),
} satisfies Record<Exclude<keyof DesktopApi, 'pathOfFile' | 'watchOpened'>, z.ZodType>;

export interface DesktopOptions {
  readonly ownResult: DesktopHost['ownResult'];
  readonly media: Pick<MediaService, 'read'>;
  readonly pasted: Pick<PastedImages, 'keep'>;
  readonly window: () => BrowserWindow | undefined;
  readonly texts: () => ShellTexts;
  readonly takeOpenedPaths: () => readonly string[];
  /** Follows the pointer while files are dragged. */
  readonly dragIcon: string;
}

/** Functions that only a desktop has: dialogs, and the system's own programs. Failures are shown in a dialog, not thrown. */
export class Desktop {
  readonly #options: DesktopOptions;
  /** The folder that was last chosen. */
  #lastFolder: string | undefined;

  constructor(options: DesktopOptions) {
    this.#options = options;
  }

  /**
   * Calls the function that the window requests.
   *
   * @throws EnlargerError `request/invalid` for calls outside the contract.
   */
  async call(name: unknown, input: unknown): Promise<unknown> {
    const run = this.#bind(name, input);
    try {
      return await run();
    } catch (error) {
      await this.#tell(error);
      return name === 'saveFile' ? false : undefined;
    }
  }

  #bind(name: unknown, input: unknown): () => Promise<unknown> {
    switch (name) {
      case 'chooseFiles':
        parse(INPUTS.chooseFiles, input);
        return () => this.#chooseFiles();
      case 'chooseModelFiles':
        parse(INPUTS.chooseModelFiles, input);
        return () => this.#chooseModelFiles();
      case 'chooseFolder':
        parse(INPUTS.chooseFolder, input);
        return () => this.#chooseFolder();
      case 'revealResult': {
        const { jobId } = parse(INPUTS.revealResult, input);
        return async () => {
          shell.showItemInFolder(await this.#options.ownResult(jobId));
        };
      }
      case 'openResult': {
        const { jobId } = parse(INPUTS.openResult, input);
        return () => this.#openResult(jobId);
      }
      case 'dragResults': {
        const { jobIds } = parse(INPUTS.dragResults, input);
        return () => this.#dragResults(jobIds);
      }
      case 'sleep':
        parse(INPUTS.sleep, input);
        return () => sleepComputer(process.platform);
      case 'takeOpenedPaths':
        parse(INPUTS.takeOpenedPaths, input);
        return () => Promise.resolve(this.#options.takeOpenedPaths());
      case 'saveFile': {
        const { media, suggestedName } = parse(INPUTS.saveFile, input);
        return () => this.#saveFile(media, suggestedName);
      }
      case 'keepPastedImage': {
        const pasted = parse(INPUTS.keepPastedImage, input);
        return () => this.#keepPasted(pasted.name, pasted.bytes);
      }
      default:
        throw new EnlargerError('request/invalid', 'There is no function of that name.');
    }
  }

  async #chooseFiles(): Promise<readonly string[]> {
    const t = this.#options.texts();
    return this.#open({
      properties: ['openFile', 'multiSelections'],
      filters: [
        { name: t('shell.images'), extensions: [...IMAGE_EXTENSIONS] },
        { name: t('shell.allFiles'), extensions: ['*'] },
      ],
    });
  }

  async #chooseModelFiles(): Promise<readonly string[]> {
    const t = this.#options.texts();
    return this.#open({
      properties: ['openFile', 'multiSelections'],
      filters: [
        { name: t('shell.models'), extensions: [...MODEL_EXTENSIONS] },
        { name: t('shell.allFiles'), extensions: ['*'] },
      ],
    });
  }

  async #chooseFolder(): Promise<string | undefined> {
    const [folder] = await this.#open({
      properties: ['openDirectory', 'createDirectory'],
    });
    return folder;
  }

  /** Some systems would begin with a list of recent files of every kind. */
  async #open(what: Electron.OpenDialogOptions): Promise<readonly string[]> {
    const window = this.#options.window();
    const options = { defaultPath: this.#lastFolder ?? app.getPath('pictures'), ...what };
    const { filePaths } =
      window === undefined
        ? await dialog.showOpenDialog(options)
        : await dialog.showOpenDialog(window, options);
    const [first] = filePaths;
    if (first !== undefined) this.#lastFolder = path.dirname(first);
    return filePaths;
  }

  async #openResult(jobId: number): Promise<void> {
    const problem = await shell.openPath(await this.#options.ownResult(jobId));
    if (problem !== '') throw new EnlargerError('input/unreadable', problem);
  }

  async #dragResults(jobIds: readonly number[]): Promise<void> {
    const files = await Promise.all(jobIds.map((jobId) => this.#options.ownResult(jobId)));
    const [file] = files;
    if (file === undefined) return;
    const icon = nativeImage.createFromPath(this.#options.dragIcon).resize({ width: DRAG_ICON_PX });
    this.#options.window()?.webContents.startDrag({ file, files, icon });
  }

  async #saveFile(media: string, suggestedName: string): Promise<boolean> {
    const window = this.#options.window();
    const content = await this.#options.media.read(media);
    const options = { defaultPath: safeFileName(suggestedName) };
    const { filePath, canceled } =
      window === undefined
        ? await dialog.showSaveDialog(options)
        : await dialog.showSaveDialog(window, options);
    if (canceled || filePath === '') return false;
    await saveContent(filePath, content);
    return true;
  }

  /** The window shows why an image was not accepted, as for every other one. */
  async #keepPasted(name: string, bytes: Uint8Array): Promise<Reply<string>> {
    try {
      return { ok: true, value: await this.#options.pasted.keep(name, bytes) };
    } catch (error) {
      return { ok: false, error: toErrorDto(error) };
    }
  }

  async #tell(error: unknown): Promise<void> {
    const options = {
      type: 'warning' as const,
      message: this.#options.texts()('shell.failed'),
      detail: toErrorDto(error).message,
    };
    const window = this.#options.window();
    await (window === undefined ? dialog.showMessageBox(options) : dialog.showMessageBox(window, options));
  }
}

function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new EnlargerError('request/invalid', z.prettifyError(parsed.error));
  return parsed.data;
}
