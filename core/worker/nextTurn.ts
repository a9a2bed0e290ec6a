/** Yields to waiting messages and finished decoders: inference and resampling block the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
