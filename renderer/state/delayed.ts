/** Puts work off until no newer call came for a while; `cancel` drops what waits. */
export interface Delayed {
  call(): void;
  cancel(): void;
}

/** @param delayMs Quiet time before `work` runs. */
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
