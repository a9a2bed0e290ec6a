import type { Source } from '../../../core/api/batchSpec.ts';
import { toErrorDto } from '../../../core/api/errors.ts';
import type { InspectedSources, MediaId } from '../../../core/api/views.ts';
import type { Connection } from '../../api/connection.ts';
import type { BatchOptions } from './batchOptions.svelte.ts';
import { delayed } from '../delayed.ts';
import { FreeSpace } from './freeSpace.svelte.ts';
import { RecentFolders } from './recentFolders.svelte.ts';
import { DraftSource } from './draftSource.svelte.ts';
import { placeOf, withoutRepeats } from './incoming.ts';
import type { Incoming } from './incoming.ts';
import { DraftMemory } from './draftMemory.ts';
import { nameFor, outputPixelsOf, problemOf, type DraftProblem } from './draftProblem.ts';
import { rowsOf, sourcesOf, type DraftRow, type RefusedInput } from './draftRow.ts';
import { DraftSelection } from './draftSelection.svelte.ts';
import { UNDO_MS } from '../notices.svelte.ts';
import type { Notices } from '../notices.svelte.ts';
import type { Memory } from '../panels.svelte.ts';

const ESTIMATE_DELAY_MS = 400;
export const DRAFT_ORDERS = ['name', 'size'] as const;
export type DraftOrder = (typeof DRAFT_ORDERS)[number];

interface Needs {
  readonly connection: Connection;
  readonly options: BatchOptions;
  readonly notices: Notices;
  readonly pace?: Pace;
  readonly memory?: Memory | undefined;
}

/** How long a pixel of a result takes; undefined until something was computed. */
export type Pace = () => number | undefined;

/** The images that were added and are not in the queue yet. */
export class Draft {
  readonly #connection: Connection;
  readonly #options: BatchOptions;
  readonly #notices: Notices;
  readonly #pace: Pace;
  readonly #memory: DraftMemory;
  /** Folders of earlier batches. */
  readonly recent: RecentFolders;
  /** Where the results would go. */
  readonly space: FreeSpace;
  #groups = $state.raw<readonly DraftSource[]>([]);
  #refusedEarly = $state.raw<readonly RefusedInput[]>([]);
  #isSubmitting = $state(false);
  readonly selection = new DraftSelection(
    () => this.rows,
    (row) => void this.#lookInto(row),
  );
  readonly #rows = $derived(this.#groups.flatMap((group) => this.#rowsOf(group)));
  readonly #estimateSoon = delayed(() => void this.#estimateAgain(), ESTIMATE_DELAY_MS);

  constructor({ connection, options, notices, pace = () => undefined, memory }: Needs) {
    this.#pace = pace;
    this.#memory = new DraftMemory(memory);
    this.recent = new RecentFolders(memory, connection.info.roots);
    this.space = new FreeSpace(connection.api);
    this.#connection = connection;
    this.#options = options;
    this.#notices = notices;
  }

  get rows(): readonly DraftRow[] {
    return this.#rows;
  }

  /** Files that are not images or cannot be read, with the reason. */
  get refused(): readonly RefusedInput[] {
    return [...this.#refusedEarly, ...this.#groups.flatMap(({ refused }) => refused)];
  }

  /** Whether there are images without a folder of the user. */
  get hasPasted(): boolean {
    return this.#groups.some(({ isPasted }) => isPasted);
  }

  get isEmpty(): boolean {
    return this.#groups.length === 0 && this.refused.length === 0;
  }

  /** All images are in opened folders, so that results can go next to them. */
  get isOfRoots(): boolean {
    return this.rows.length > 0 && this.rows.every(({ source }) => source?.kind === 'root');
  }

  get isBusy(): boolean {
    return this.#isSubmitting || this.#groups.some(({ state }) => state !== 'ready');
  }

  get canSubmit(): boolean {
    return !this.isBusy && this.rows.length > 0 && this.problem?.isFatal !== true;
  }

  /** Pixels of all results whose size is known. */
  get outputPixels(): number {
    return outputPixelsOf(this.rows);
  }

  get problem(): DraftProblem | undefined {
    return problemOf(this.rows);
  }

  /** Restores the images of an earlier window, without those that are gone. @returns Whether there were any. */
  async restore(): Promise<boolean> {
    const kept = this.#memory.read();
    await this.add(kept.map((one) => ({ kind: 'known', ...one })));
    if (this.rows.length === 0) this.dismissRefused();
    return kept.length > 0 && this.rows.length > 0;
  }

  get selected(): DraftRow | undefined {
    return this.selection.active;
  }

  /** Time for all images, once each is known. */
  get estimateMs(): number | undefined {
    const estimates = this.rows.map(({ estimateMs }) => estimateMs);
    if (estimates.length === 0 || estimates.includes(undefined)) return undefined;
    return estimates.reduce<number>((sum, estimateMs) => sum + (estimateMs ?? 0), 0);
  }

  /** Size of all results, once each is known. */
  get estimateBytes(): number | undefined {
    const sizes = this.rows.flatMap(({ estimateBytes = [] }) => estimateBytes);
    if (sizes.length === 0 || sizes.length < this.rows.length) return undefined;
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  /** Whether the results need more space than there is. */
  get lacksSpace(): boolean {
    const { estimateBytes, space } = this;
    return estimateBytes !== undefined && space.bytes !== undefined && estimateBytes > space.bytes;
  }

  /** Sorts the added images; those of one folder stay together, sorted among themselves. */
  sortBy(order: DraftOrder): void {
    const { compare } = new Intl.Collator(undefined, { numeric: true });
    this.#groups = [...this.#groups].sort((a, b) =>
      order === 'name' ? compare(a.name, b.name) : b.totalBytes - a.totalBytes,
    );
    this.#keep();
  }

  /** Adds dropped files and folders, and shows their rows at once. */
  async add(incoming: readonly Incoming[]): Promise<void> {
    const fresh = withoutRepeats(incoming, this.#groups);
    const count = incoming.length - fresh.length;
    if (count > 0) this.#notices.say('notice.alreadyAdded', { count });
    if (fresh.length === 0) return;
    const groups = fresh.map((one) => new DraftSource(one, this.#connection));
    this.#groups = [...this.#groups, ...groups];
    this.selection.clear();
    for (const group of groups) {
      // One after the other: uploads share the connection, and the first row is ready soonest.
      await this.#open(group);
    }
    this.#leaveOutResults(groups);
    this.#keep();
  }

  /** Reports images that a batch would skip, and drops folders without any others. */
  #leaveOutResults(groups: readonly DraftSource[]): void {
    const count = groups.reduce((sum, { earlierResults }) => sum + earlierResults, 0);
    if (count > 0) this.#notices.say('notice.earlierResults', { count });
    const empty = groups.filter(
      ({ images, refused, state }) => state === 'ready' && images.length + refused.length === 0,
    );
    if (empty.length > 0 && count === 0) this.#notices.say('notice.nothingNew');
    this.#groups = this.#groups.filter((group) => !empty.includes(group));
  }

  /** Options changed, and the estimated time may have changed with them. */
  markOptionsChanged(): void {
    if (this.#groups.length > 0) this.#estimateSoon.call();
  }

  /** Removes rows; the next one is selected. @returns A function that undoes it. */
  remove(keys: readonly string[]): () => void {
    const gone = new Set(keys);
    const last = this.rows.findLastIndex(({ key }) => gone.has(key));
    const next = this.rows.slice(last + 1)[0] ?? this.rows.findLast(({ key }) => !gone.has(key));
    const nextPlace = next?.source && placeOf(next.source);
    const groups = this.#groups.flatMap((group) => {
      const places = this.rows.filter((row) => row.group === group && gone.has(row.key));
      if (places.length === 0) return [group];
      return group.without(places.flatMap(({ source }) => (source === undefined ? [] : [placeOf(source)])));
    });
    const undo = this.#replace(groups);
    // The rows of a folder that was split have other keys now.
    const row = this.rows.find(
      ({ key, source }) => key === next?.key || (source !== undefined && placeOf(source) === nextPlace),
    );
    if (row !== undefined) this.selection.select(row.key);
    return undo;
  }

  /** @returns A function that restores the previous rows. */
  #replace(groups: readonly DraftSource[]): () => void {
    const before = this.#groups;
    this.#groups = groups;
    this.selection.clear();
    this.#keep();
    // Rows whose removal can still be undone are still being sent.
    const timer = setTimeout(() => {
      for (const group of before) if (!this.#groups.includes(group)) group.dispose();
    }, UNDO_MS);
    return () => {
      clearTimeout(timer);
      const added = this.#groups.filter((group) => !groups.includes(group));
      this.#groups = [...before, ...added];
      this.#keep();
    };
  }

  /** Stores the draft for the next window. */
  #keep(): void {
    this.#memory.keep(
      this.#groups.flatMap(({ name, source }) => (source === undefined ? [] : [{ name, source }])),
    );
  }

  dismissRefused(): void {
    this.#refusedEarly = [];
    for (const group of this.#groups) group.dropRefused();
    this.#groups = this.#groups.filter(({ images, state }) => images.length > 0 || state !== 'ready');
  }

  /** Empties the list. @returns A function that undoes it. */
  clear(): () => void {
    this.#refusedEarly = [];
    return this.#replace([]);
  }

  /**
   * Creates a batch from the draft.
   *
   * @param keys Its images; all if absent. The others stay in the draft, for other settings.
   * @returns Its number, or `undefined` when the host refused it.
   */
  async submit(keys?: ReadonlySet<string>): Promise<number | undefined> {
    if (!this.canSubmit) return undefined;
    this.#isSubmitting = true;
    const rows = keys === undefined ? this.rows : this.rows.filter(({ key }) => keys.has(key));
    const spec = { ...this.#options.spec(sourcesOf(rows)), ...nameFor(rows) };
    const added = await this.#notices.attempt(() => this.#connection.api.addBatch({ spec, startNow: true }));
    this.#isSubmitting = false;
    if (added === undefined) return undefined;
    this.recent.note(spec);
    if (rows.length === this.rows.length) this.clear();
    else this.remove(rows.map(({ key }) => key));
    return added.batchId;
  }

  async #open(group: DraftSource): Promise<void> {
    try {
      await group.open((source) => this.#inspect(source));
    } catch (error) {
      if (!this.#groups.includes(group)) return; // removed by the person in the meantime
      this.#groups = this.#groups.filter((other) => other !== group);
      this.#refusedEarly = [...this.#refusedEarly, { name: group.name, error: toErrorDto(error) }];
      group.dispose();
    }
  }

  #inspect(source: Source): Promise<InspectedSources> {
    return this.#connection.api.inspectSources(this.#options.inspection(source));
  }

  /** Only the first images of a large folder were inspected. */
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
        return; // an estimate is not worth an error; the next change tries again
      }
    }
  }

  #rowsOf(group: DraftSource): readonly DraftRow[] {
    const { sizing } = this.#options.settings;
    const mediaUrl = (media: MediaId): string => this.#connection.mediaUrl(media);
    return rowsOf(group, { sizing, msPerPixel: this.#pace(), mediaUrl });
  }
}
