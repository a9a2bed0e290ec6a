import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { childrenOf, CrashRig, exitOf, fingerprintsOf, type Aftermath } from './crashRig.ts';
import { seededRandom } from './seededRandom.ts';

export interface KillPlan {
  readonly pictures: number;
  readonly model: string;
  readonly kills: number;
  readonly seed: number;
}

export interface KillReport {
  readonly kills: { host: number; worker: number };
  readonly batches: number;
  readonly problems: readonly {
    readonly batch: number;
    readonly found: Aftermath;
    readonly expected: Aftermath;
  }[];
  readonly inputsChanged: number;
}

/** Kills one process of a run after a delay, if it is still running. */
async function killOnce(rig: CrashRig, random: () => number, kills: KillReport['kills']): Promise<void> {
  const child = rig.start();
  const wantsWorker = random() < 0.3;
  await Promise.race([delay(150 + random() * 2_000), exitOf(child)]);
  const worker = wantsWorker ? childrenOf(child.pid ?? 0)[0] : undefined;
  if (child.exitCode === null && worker !== undefined) {
    process.kill(worker, 'SIGKILL');
    kills.worker++;
    // The program continues with another one, which is killed a moment later, too.
    await Promise.race([delay(random() * 1_000), exitOf(child)]);
  }
  if (child.exitCode === null && child.kill('SIGKILL')) kills.host++;
  await rig.afterEnd(child);
}

/** Kills runs of batches at random moments until `kills` is reached, and inspects every finished batch. */
export async function killRounds({
  pictures: images,
  model,
  kills: wanted,
  seed,
}: KillPlan): Promise<KillReport> {
  const random = seededRandom(seed);
  const kills = { host: 0, worker: 0 };
  const problems: KillReport['problems'][number][] = [];
  let inputsChanged = 0;
  let batches = 0;
  while (kills.host + kills.worker < wanted) {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'enlarger-kill-'));
    const rig = new CrashRig({ folder, pictures: images, model });
    const before = fingerprintsOf(rig.sources);
    batches++;
    process.stderr.write(`batch ${batches}, killed so far: ${JSON.stringify(kills)}\n`);
    while (rig.doneSoFar < images && kills.host + kills.worker < wanted) await killOnce(rig, random, kills);
    const found = await rig.finish();
    if (JSON.stringify(found) !== JSON.stringify(rig.expected))
      problems.push({ batch: batches, found, expected: rig.expected });
    if (JSON.stringify(fingerprintsOf(rig.sources)) !== JSON.stringify(before)) inputsChanged++;
    rmSync(folder, { recursive: true, force: true });
  }
  return { kills, batches, problems, inputsChanged };
}
