import type { Source } from '../../../core/api/batchSpec.ts';
import { toErrorDto } from '../../../core/api/errors.ts';
import type { ErrorDto } from '../../../core/api/errors.ts';
import type { Size } from '../../../core/api/image.ts';
import { targetSize } from '../../../core/api/targetSize.ts';
import type { InspectedSources } from '../../../core/api/views.ts';
import type { Connection } from '../../api/connection.ts';
import type { BatchOptions } from './batchOptions.svelte.ts';
import { delayed } from '../delayed.ts';
import { DraftSource } from './draftSource.svelte.ts';
import { placeOf } from './incoming.ts';
import type { Incoming } from './incoming.ts';
import type { Notices } from '../notices.svelte.ts';

/** An image that waits for its batch, as a row shows it. */
export interface DraftRow {
  readonly key: string;
  readonly name: string;
  readonly group: DraftSource;
  /** Names this image alone; known once it was looked into. */
  readonly source?: Source | undefined;
  readonly thumbnail?: string | undefined;
  readonly size?: Size | undefined;
  readonly target?: Size | undefined;
  readonly sizeBytes: number;
  readonly estimateMs?: number | undefined;
  readonly state: 'sending' | 'reading' | 'ready';
}

type Image = InspectedSources['pictures'][number];

export interface RefusedInput {
  readonly name: string;
  readonly error: ErrorDto;
}

const ESTIMATE_DELAY_MS = 400;

/** Tells how long a pixel of a result takes, once something was computed. */
export type Pace = () => number | undefined;

/** The images that were added and are not in the queue yet. */
export class Draft {
  readonly #connection: Connection;
  readonly #options: BatchOptions;
  readonly #notices: Notices;
  readonly #pace: Pace;
  #groups = $state.raw<readonly DraftSource[]>([]);
  #refusedEarly = $state.raw<readonly RefusedInput[]>([]);
  #isSubmitting = $state(false);
  #selectedKey = $state<string | undefined>(undefined);
  readonly #rows = $derived(this.#groups.flatMap((group) => this.#rowsOf(group)));
  readonly #estimateSoon = delayed(() => void this.#estimateAgain(), ESTIMATE_DELAY_MS);

  constructor(connection: Connection, options: BatchOptions, notices: Notices, pace: Pace = () => undefined) {
    this.#pace = pace;
    this.#connection = connection;
    this.#options = options;
    this.#notices = notices;
  }

  get rows(): readonly DraftRow[] {
    return this.#rows;
  }

  /** What is no image or cannot be read, with the reason. */
  get refused(): readonly RefusedInput[] {
    return [...this.#refusedEarly, ...this.#groups.flatMap(({ refused }) => refused)];
  }

  /** Whether there are images that have no folder of the person's own. */
  get hasPasted(): boolean {
    return this.#groups.some(({ isPasted }) => isPasted);
  }

  get isEmpty(): boolean {
    return this.#groups.length === 0 && this.refused.length === 0;
  }

  /** All images lie in opened folders, so that results can lie beside them. */
  get isOfRoots(): boolean {
    return this.rows.length > 0 && this.rows.every(({ source }) => source?.kind === 'root');
  }

  get isBusy(): boolean {
    return this.#isSubmitting || this.#groups.some(({ state }) => state !== 'ready');
  }

  get canSubmit(): boolean {
    return !this.isBusy && this.rows.length > 0;
  }

  get selected(): DraftRow | undefined {
    return this.rows.find(({ key }) => key === this.#selectedKey) ?? this.rows[0];
  }

  /** Time for all images, once every one's is known. */
  get estimateMs(): number | undefined {
    const estimates = this.rows.map(({ estimateMs }) => estimateMs);
    if (estimates.length === 0 || estimates.includes(undefined)) return undefined;
    return estimates.reduce<number>((sum, estimateMs) => sum + (estimateMs ?? 0), 0);
  }

  select(key: string): void {
    this.#selectedKey = key;
    void this.#lookInto(this.selected);
  }

  selectBeside(step: 1 | -1): void {
    const index = this.rows.findIndex(({ key }) => key === this.selected?.key);
    const beside = this.rows[index + step];
    if (beside !== undefined) this.select(beside.key);
  }

  /** Takes what was dropped, and shows its rows at once. */
  async add(incoming: readonly Incoming[]): Promise<void> {
    const groups = incoming.map((one) => new DraftSource(one, this.#connection));
    this.#groups = [...this.#groups, ...groups];
    for (const group of groups) {
      // One after the other: sent files share one line, and the first row is ready soonest.
      await this.#open(group);
    }
  }

  /** Options changed: how long it takes may have changed with them. */
  markOptionsChanged(): void {
    if (this.#groups.length > 0) this.#estimateSoon.call();
  }

  remove(key: string): void {
    const row = this.rows.find((one) => one.key === key);
    if (row === undefined) return;
    this.selectBeside(row.key === this.rows.at(-1)?.key ? -1 : 1);
    const rest = row.source === undefined ? [] : row.group.without(placeOf(row.source));
    this.#groups = this.#groups.flatMap((group) => (group === row.group ? rest : [group]));
    if (!rest.includes(row.group)) row.group.dispose();
  }

  dismissRefused(): void {
    this.#refusedEarly = [];
    for (const group of this.#groups) group.dropRefused();
    this.#groups = this.#groups.filter(
      ({ pictures: images, state }) => images.length > 0 || state !== 'ready',
    );
  }

  clear(): void {
    for (const group of this.#groups) group.dispose();
    this.#groups = [];
    this.#refusedEarly = [];
    this.#selectedKey = undefined;
  }

  /** Makes a batch of what is here. @returns Its number, or `undefined` when the host refused it. */
  async submit(): Promise<number | undefined> {
    if (!this.canSubmit) return undefined;
    this.#isSubmitting = true;
    const sources = this.#groups
      .filter(({ pictures: images }) => images.length > 0)
      .map(({ source }) => source);
    const spec = this.#options.spec(sources.filter((source) => source !== undefined));
    const added = await this.#notices.attempt(() => this.#connection.api.addBatch({ spec, startNow: true }));
    this.#isSubmitting = false;
    if (added !== undefined) this.clear();
    return added?.batchId;
  }

  async #open(group: DraftSource): Promise<void> {
    try {
      await group.open((source) => this.#inspect(source));
    } catch (error) {
      if (!this.#groups.includes(group)) return; // removed by the person meanwhile
      this.#groups = this.#groups.filter((other) => other !== group);
      this.#refusedEarly = [...this.#refusedEarly, { name: group.name, error: toErrorDto(error) }];
      group.dispose();
    }
  }

  #inspect(source: Source): Promise<InspectedSources> {
    const { settings, batch } = this.#options;
    return this.#connection.api.inspectSources({ sources: [source], settings, recursive: batch.recursive });
  }

  /** Of a large folder only the first images were looked into. */
  async #lookInto(row: DraftRow | undefined): Promise<void> {
    if (row?.source === undefined || row.size !== undefined) return;
    const { source, group } = row;
    const seen = await this.#notices.attempt(() => this.#inspect(source));
    for (const image of seen?.pictures ?? []) group.put(image);
  }

  async #estimateAgain(): Promise<void> {
    for (const group of this.#groups.filter(({ state }) => state === 'ready')) {
      try {
        await group.inspectAgain((source) => this.#inspect(source));
      } catch {
        return; // an estimate is no work of the person's; the next change asks again
      }
    }
  }

  #rowsOf(group: DraftSource): readonly DraftRow[] {
    if (group.state !== 'ready') {
      const { key, name, thumbnail, sizeBytes, state } = group;
      return [{ key, name, group, thumbnail, sizeBytes, state }];
    }
    return group.pictures.map((image, index) => {
      const { size } = image;
      const target = size && targetSize(size, this.#options.settings.sizing);
      return {
        key: `${group.key}/${index}`,
        name: image.name,
        group,
        source: image.source,
        thumbnail: this.#thumbnailOf(image, group),
        size,
        target,
        sizeBytes: image.sizeBytes,
        estimateMs: image.estimateMs ?? this.#estimateFor(target),
        state: 'ready' as const,
      };
    });
  }

  /** A sent file's own, which is there at once; else the host's. */
  #thumbnailOf({ thumbnail }: Image, group: DraftSource): string | undefined {
    if (group.thumbnail !== undefined) return group.thumbnail;
    return thumbnail && this.#connection.mediaUrl(thumbnail);
  }

  #estimateFor(target: Size | undefined): number | undefined {
    const msPerPixel = this.#pace();
    return msPerPixel === undefined || target === undefined
      ? undefined
      : msPerPixel * target.width * target.height;
  }
}
