/**
 * @file A child process that looks like one of Electron's utility processes: it only has
 * `process.parentPort`, and runs the real worker. The message `reject` makes it leave a rejection unhandled.
 */
const sendToParent = process.send?.bind(process);
const parentPort = {
  postMessage: (message: unknown): void => void sendToParent?.(message),
  on: (_event: 'message', listener: (event: { data: unknown }) => void): void => {
    process.on('message', (data: unknown) => {
      if (data === 'reject') void Promise.reject(new Error('lost'));
      else listener({ data });
    });
  },
};
Object.assign(process, { parentPort, send: undefined });
await import('../../core/worker/main.js');
