/** Delayed work; `cancel` drops it. */
export interface Delayed {
  call(): void;
  cancel(): void;
}

/** Delays `work` until no newer call has arrived for a while. */
export function delayed(work: () => void, delayMs: number): Delayed {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const cancel = (): void => clearTimeout(timer);
  return {
    call: () => {
      cancel();
      timer = setTimeout(work, delayMs);
    },
    cancel,
  };
}

/** Answers many calls at once: `work` runs a while after the first of them, however many follow. */
export function gathered(work: () => void, delayMs: number): Delayed {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const cancel = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    call: () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        work();
      }, delayMs);
    },
    cancel,
  };
}
