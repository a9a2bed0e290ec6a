/** Images that the correction is measured on: few enough to follow other load on the machine. */
const MAX_SAMPLES = 8;

/** Time by which nothing is corrected, so that one short image does not count as a change of the machine. */
const PRIOR_MS = 1_000;

interface Sample {
  readonly observedMs: number;
  readonly expectedMs: number;
}

/** How much longer work takes at the moment than its rates predict, because of other work on the machine. */
export class PaceCorrection {
  #samples: readonly Sample[] = [];

  add(sample: Sample): void {
    this.#samples = [...this.#samples, sample].slice(-MAX_SAMPLES);
  }

  /** What expected times are multiplied by. */
  factor(): number {
    const sum = (of: (sample: Sample) => number): number =>
      this.#samples.reduce((total, sample) => total + of(sample), PRIOR_MS);
    return sum(({ observedMs }) => observedMs) / sum(({ expectedMs }) => expectedMs);
  }
}
