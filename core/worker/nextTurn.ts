/** Gives waiting messages and finished decoders their turn: inference and resampling block the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
