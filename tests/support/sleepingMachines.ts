/**
 * @file Machines of a queue that sleep instead of computing, many in one process: `node sleepingMachines.js URL FOLDER
 * COUNT IMAGE_MS MODELS`. They leave once their input ends.
 */
import { ModelHashes } from '../../core/host/queue/modelHashes.ts';
import { joinMachine } from './memoryMachines.ts';
import { SleepingPool } from './sleepingPool.ts';

const [url = '', folder = '', count = '1', imageMs = '0', modelsFolder = ''] = process.argv.slice(2);
const hashes = new ModelHashes();
const machines = await Promise.all(
  Array.from({ length: Number(count) }, (_each, index) =>
    joinMachine(url, folder, {
      pool: new SleepingPool(1, Number(imageMs)),
      name: `sleeper-${index + 1}`,
      modelHashOf: (settings) => hashes.learn(settings, modelsFolder),
    }),
  ),
);
process.stdout.write('Working\n');
process.stdin.resume().once('end', () => {
  void Promise.all(machines.map((machine) => machine.drain()));
});
