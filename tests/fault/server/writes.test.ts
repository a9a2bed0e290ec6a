/**
 * @file Attacks of a page that would write or deliver a file, against the command itself, with real jobs: what counts is
 * what is on the disk afterwards.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { DEFAULT_JOB_SETTINGS } from '../../../core/api/jobSettings.ts';
import { patternRaster, writePng } from '../../support/images.ts';
import { filesBelow, startCli } from '../../support/runCli.ts';
import { BAD_TEMPLATES } from '../../support/serverAttacks/placeAttacks.ts';
import { ServeClient } from '../../support/serveClient.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const BATCH = {
  settings: { ...DEFAULT_JOB_SETTINGS, model: 'nearest', sizing: { kind: 'factor', factor: 2 } },
  exists: 'skip',
  nameTemplate: '{dir}/{name}_{size}.{ext}',
  recursive: false,
  include: [],
  exclude: [],
  report: { measure: false, formats: [] },
};

/** A file whose name a page could misuse: hidden, without an image's extension, or in a hidden folder. */
const IS_BAD = /(^|\/)\.(?!enlarger-)|(?<!\.(png|html|json|csv))$/;

class Victim {
  readonly root = temporaryFolder();
  readonly photos = path.join(this.root, 'Photos');
  readonly secret = path.join(this.root, 'private', 'secret.png');
  client!: ServeClient;
  rootId = '';

  async start(): Promise<void> {
    for (const folder of [this.photos, path.dirname(this.secret), path.join(this.root, 'window')])
      mkdirSync(folder);
    writeFileSync(path.join(this.root, 'window', 'index.html'), '<!doctype html>');
    for (const [file, side] of [
      [path.join(this.photos, 'inside.png'), 5],
      [path.join(this.photos, 'own.png'), 6],
      [this.secret, 7],
    ] as const)
      writePng(file, patternRaster({ width: side, height: 4, channels: 3, bitDepth: 8 }));
    symlinkSync(path.dirname(this.secret), path.join(this.photos, 'out'));
    symlinkSync(this.secret, path.join(this.photos, 'peek.png'));
    const folders = ['--data', 'data', '--open', 'Photos', '--window', 'window'];
    const cli = startCli(['serve', ...folders], this.root);
    let link = '';
    cli.child.stdout?.on('data', (text: string) => (link += text));
    await cli.until('#t=');
    this.client = await ServeClient.open(link.trim());
    this.rootId = (await this.client.call('getProgramInfo')).roots[0]?.id ?? '';
  }

  place(relative: string): object {
    return { kind: 'root', rootId: this.rootId, relative };
  }

  /** Adds a batch as a page would, and waits until nothing is left to do. @returns Its number, if it was accepted. */
  async enlarge(changes: object, startNow = true): Promise<number | undefined> {
    const spec = { ...BATCH, sources: [this.place('inside.png')], destination: this.place(''), ...changes };
    const added = await this.client.call('addBatch', { spec, startNow }).catch(() => undefined);
    if (startNow && added !== undefined) await this.rest();
    return added?.batchId;
  }

  async rest(): Promise<void> {
    for (;;) {
      const { counts } = await this.client.call('getQueue');
      if (counts.queued + counts.running === 0) return;
      await delay(50);
    }
  }

  /** Whether the page can fetch a result of a batch. */
  async canFetch(batchId: number | undefined): Promise<boolean> {
    if (batchId === undefined) return false;
    const { jobs } = await this.client.call('listJobs', { batchId, offset: 0, limit: 10 });
    for (const { id } of jobs) {
      const answer = await this.client.call('downloadResult', { jobId: id }).catch(() => undefined);
      if (answer !== undefined) return true;
    }
    return false;
  }

  /** All files but those of the program, with their content. */
  files(): ReadonlyMap<string, string> {
    const below = filesBelow(this.root).filter((name) => !/^(data|window)\//.test(name));
    const hashOf = (name: string): string =>
      createHash('sha256')
        .update(readFileSync(path.join(this.root, name)))
        .digest('hex');
    return new Map(below.map((name) => [name, hashOf(name)]));
  }
}

async function startVictim(): Promise<Victim> {
  const victim = new Victim();
  await victim.start();
  return victim;
}

test('what is harmless is made and delivered', async () => {
  const victim = await startVictim();
  const batchId = await victim.enlarge({ destination: victim.place('large') });
  expect(existsSync(path.join(victim.photos, 'large', 'inside_2x.png'))).toBe(true);
  expect(await victim.canFetch(batchId)).toBe(true);
});

test('no name that a page chooses makes a file that is hidden, not an image, or elsewhere', async () => {
  const victim = await startVictim();
  const before = victim.files();
  for (const exists of ['skip', 'overwrite', 'rename']) {
    for (const nameTemplate of BAD_TEMPLATES) await victim.enlarge({ nameTemplate, exists });
    for (const folder of ['.ssh', 'a/.git', '..', '../private', 'out', 'out/deeper'])
      await victim.enlarge({ destination: victim.place(folder), exists });
    for (const folderName of ['.ssh', '..', '../private', 'out', 'C:'])
      await victim.enlarge({ destination: { kind: 'beside', folderName }, exists });
    // To overwrite a file of an opened folder is what a user can ask for.
    const names = ['out/{name}.{ext}', 'peek.{ext}', ...(exists === 'overwrite' ? [] : ['own.{ext}'])];
    for (const nameTemplate of names) await victim.enlarge({ nameTemplate, exists });
  }
  const after = victim.files();
  for (const [name, hash] of before) expect([name, after.get(name)]).toEqual([name, hash]);
  const made = [...after.keys()].filter((name) => !before.has(name));
  expect(made.filter((name) => IS_BAD.test(name) || !name.startsWith('Photos/'))).toEqual([]);
});

test('a file of the user’s is never delivered as a result', async () => {
  const victim = await startVictim();
  for (const exists of ['skip', 'rename']) {
    const fetched: string[] = [];
    for (const nameTemplate of ['own.{ext}', 'out/secret.{ext}', 'peek.{ext}']) {
      const batchId = await victim.enlarge({ nameTemplate, exists: 'skip' });
      if (await victim.canFetch(batchId)) fetched.push(nameTemplate);
    }
    for (const relative of ['out/secret.png', 'peek.png', '../private/secret.png']) {
      const sources = [victim.place(relative)];
      const batchId = await victim.enlarge({ sources, destination: victim.place('large'), exists });
      if (await victim.canFetch(batchId)) fetched.push(relative);
    }
    expect(fetched).toEqual([]);
  }
});

test('a folder that becomes a link while its batch waits leads nowhere else', async () => {
  const victim = await startVictim();
  const before = [...victim.files()].filter(([name]) => name.startsWith('private/'));
  const later = path.join(victim.photos, 'later');
  mkdirSync(later);
  await victim.client.call('pauseQueue');
  await victim.enlarge({ destination: victim.place('later'), exists: 'overwrite' }, false);
  renameSync(later, `${later} moved`);
  symlinkSync(path.dirname(victim.secret), later);
  await victim.client.call('startQueue');
  await victim.rest();
  expect([...victim.files()].filter(([name]) => name.startsWith('private/'))).toEqual(before);
});
