/**
 * @file Makes each image take time but no processor time: loaded into a command by `NODE_OPTIONS=--import`, it delays each
 * job on its way to a worker process by `ENLARGER_TEST_IMAGE_MS`. Everything else works as in the real program, so that two
 * cores can stand in for several machines.
 */
import childProcess, { type ChildProcess, type Serializable } from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';

const imageMs = Number(process.env.ENLARGER_TEST_IMAGE_MS ?? 0);

function isJob(message: Serializable): boolean {
  return typeof message === 'object' && 'type' in message && message.type === 'enlarge';
}

/** Delays jobs; everything else is sent immediately. */
function holdJobs(child: ChildProcess): void {
  const send = child.send.bind(child);
  child.send = (message: Serializable): boolean => {
    if (!isJob(message)) return send(message);
    setTimeout(() => {
      if (child.connected) send(message);
    }, imageMs);
    return true;
  };
}

const { fork } = childProcess;
const slowFork = (...args: Parameters<typeof fork>): ChildProcess => {
  const child = fork(...args);
  holdJobs(child);
  return child;
};
Object.assign(childProcess, { fork: slowFork });
syncBuiltinESMExports();
