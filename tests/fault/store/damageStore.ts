/**
 * @file Damages closed stores at random, opens each, and prints one line of JSON for every damage: what was damaged,
 * and whether a row came back with another meaning or vanished silently. Run as a separate process, because the
 * binding of the database ends the whole process when it is confused: a missing line is an abort.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DEFAULT_JOB_SETTINGS } from '../../../core/api/jobSettings.ts';
import { openStore } from '../../../core/store/openStore.ts';
import { takeSnapshot } from '../../../core/store/snapshots.ts';
import { STORE_FILE, type Store } from '../../../core/store/store.ts';
import { sampleBatch, waitingJobs } from '../../support/sampleBatch.ts';

const BATCHES = 12;
const JOBS = 15;

type Rows = ReadonlyMap<string, string>;

/** Everything that the program shows of a store, by what names it. */
function rowsOf(store: Store): Rows {
  const rows = new Map<string, string>();
  for (const { isSuspended: _, ...batch } of store.batches.list())
    rows.set(`batch ${batch.id}`, JSON.stringify(batch));
  const { jobs } = store.jobs.page({ order: 'queue', offset: 0, limit: 10_000 });
  for (const job of jobs) rows.set(`job ${job.id}`, JSON.stringify(job));
  for (const preset of store.presets.list()) rows.set(`preset ${preset.id}`, JSON.stringify(preset));
  for (const folder of store.watchedFolders.list()) {
    rows.set(`folder ${folder.id}`, JSON.stringify(folder));
    for (const each of store.watchedFolders.passedOver(folder.id))
      rows.set(`skipped ${each.name}`, JSON.stringify(each));
  }
  return rows;
}

function fill(store: Store): void {
  for (let batch = 0; batch < BATCHES; batch++) {
    store.addBatch(sampleBatch({ nameTemplate: `{name}_${batch}.{ext}` }), 0, waitingJobs(JOBS));
    const job = store.transitions.takeNext(() => ({ tempPath: `/t/${batch}`, scratchFolder: `/s/${batch}` }));
    if (job === undefined) throw new Error('There is no job to take.');
    store.transitions.end(job, {
      kind: 'failed',
      error: { code: 'input/empty', message: `Empty: ${batch}` },
    });
  }
  const { sources: _, ...batch } = sampleBatch({ settings: DEFAULT_JOB_SETTINGS }).spec;
  store.presets.save({ id: 'holiday', name: 'Holiday', batch });
  const settings = {
    presetId: 'holiday',
    settleMs: 2000,
    include: ['*.png'],
    exclude: [],
    recursive: true,
    paused: true,
  };
  const id = store.watchedFolders.save('/photos/inbox', settings);
  for (let file = 0; file < 20; file++) {
    store.watchedFolders.noteSkipped(id, `${file}.png`, {
      code: 'image/corrupt',
      message: `Damaged: ${file}`,
    });
  }
}

/** The same numbers on every machine. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const WAYS: readonly ((bytes: Buffer, random: () => number) => Buffer)[] = [
  function flippedBit(bytes, random) {
    const at = Math.floor(random() * bytes.length);
    bytes[at] = bytes[at]! ^ (1 << Math.floor(random() * 8));
    return bytes;
  },
  function overwrittenText(bytes, random) {
    const texts = ['input', 'nearest', '/photos', 'queued', 'failed', 'batch', 'Damaged', '.png'];
    const text = texts[Math.floor(random() * texts.length)] ?? '';
    const at = bytes.indexOf(text, Math.floor(random() * bytes.length));
    if (at >= 0)
      bytes[at + Math.floor(random() * text.length)] = [0xff, 0x00, 0x41, 0xc3][Math.floor(random() * 4)]!;
    return bytes;
  },
  function zeroedSector(bytes, random) {
    const from = Math.floor((random() * bytes.length) / 512) * 512;
    return bytes.fill(0, from, from + 512);
  },
  function garbagePage(bytes, random) {
    const from = Math.floor((random() * bytes.length) / 4096) * 4096;
    for (let at = from; at < Math.min(from + 4096, bytes.length); at++)
      bytes[at] = Math.floor(random() * 256);
    return bytes;
  },
  function swappedPages(bytes, random) {
    const pages = Math.floor(bytes.length / 4096);
    const [a, b] = [Math.floor(random() * pages), Math.floor(random() * pages)];
    const copy = Buffer.from(bytes.subarray(a * 4096, (a + 1) * 4096));
    bytes.copyWithin(a * 4096, b * 4096, (b + 1) * 4096);
    copy.copy(bytes, b * 4096);
    return bytes;
  },
];

/** The effect of one damage. `silent`: a row has another meaning or is gone, but that was not reported. */
export interface DamageResult {
  readonly seed: number;
  readonly what: string;
  readonly notes: readonly string[];
  readonly changed: readonly string[];
  readonly silent: boolean;
}

function damageOnce(original: string, folder: string, seed: number, isSealed: boolean): DamageResult {
  rmSync(folder, { recursive: true, force: true });
  cpSync(original, folder, { recursive: true });
  const file = path.join(folder, STORE_FILE);
  if (!isSealed) rmSync(`${file}.seal`);
  const random = randomOf(seed);
  const way = WAYS[Math.floor(random() * WAYS.length)] ?? WAYS[0]!;
  const before = readFileSync(file);
  const after = way(Buffer.from(before), random);
  writeFileSync(file, after);
  const isCut = random() < 0.05;
  if (isCut) truncateSync(file, Math.floor(random() * after.length));
  const { store, notes } = openStore(folder, 'damage');
  const rows = rowsOf(store);
  store.jobs.counts();
  store.transitions.interrupted();
  store.close();
  const changed = [...expected].flatMap(([key, row]) => {
    const now = rows.get(key);
    if (now === undefined) return [`${key} is gone`];
    return now === row ? [] : [`${key} has changed`];
  });
  const isWrong = changed.some((each) => each.endsWith('has changed'));
  const silent = isSealed && (isWrong || (changed.length > 0 && notes.length === 0));
  return {
    seed,
    what: isCut ? `${way.name}, cut short` : way.name,
    notes,
    changed: changed.slice(0, 5),
    silent,
  };
}

const [root = '', first = '0', count = '1', sealed = 'sealed'] = process.argv.slice(2);
const original = path.join(root, 'original');
mkdirSync(root, { recursive: true });
const { store } = openStore(original, 'damage');
fill(store);
const expected = rowsOf(store);
takeSnapshot(store, original);
store.close();
if (readdirSync(original).length === 0) throw new Error('The store was not written.');
for (let seed = Number(first); seed < Number(first) + Number(count); seed++) {
  const result = damageOnce(original, path.join(root, 'damaged'), seed, sealed === 'sealed');
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
