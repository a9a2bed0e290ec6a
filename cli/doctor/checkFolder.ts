import { link, mkdtemp, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { systemCodeOf } from '../../core/files/outputError.ts';
import { ok, warn, type Check } from './check.ts';

function reasonOf(error: unknown): string {
  return systemCodeOf(error) || String(error);
}

async function writeSynced(file: string): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile('enlarger');
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function tryFolder(name: string, place: string, probe: string): Promise<Check> {
  const file = path.join(probe, 'file');
  try {
    await writeSynced(file);
  } catch (error) {
    const advice = 'A power cut could leave unfinished results there; choose another folder with --output.';
    return warn(name, `${place} does not flush files to disk (${reasonOf(error)})`, advice);
  }
  try {
    await link(file, path.join(probe, 'link'));
  } catch (error) {
    const advice = 'Results can still be written there, but a power cut may leave an empty file.';
    return warn(name, `${place} does not support hard links (${reasonOf(error)})`, advice);
  }
  return ok(name, `${place} is writable and supports hard links and fsync`);
}

/** Checks that results can be published safely in a folder. Test files are removed afterwards. */
export async function checkFolder(name: string, place: string): Promise<Check> {
  let probe: string;
  try {
    probe = await mkdtemp(path.join(place, '.enlarger-doctor-'));
  } catch (error) {
    const advice = 'Choose another folder with --output.';
    return warn(name, `${place} is not writable (${reasonOf(error)})`, advice);
  }
  try {
    return await tryFolder(name, place, probe);
  } finally {
    await rm(probe, { recursive: true, force: true });
  }
}
