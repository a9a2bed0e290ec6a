const WINDOW_MS = 60_000;
const CRASHES = 3;

/** Distinguishes an image that crashes workers from a machine on which every image does. */
export class TroubleWatch {
  #crashes: { readonly input: string | symbol; readonly atMs: number }[] = [];

  /**
   * Notes that a worker died over an input, or, without one, at its start: no image caused that, so it always counts.
   *
   * @returns Whether this is the third within a minute, each over another input, and none was finished in between.
   */
  crashed({ input = Symbol('start') }: { input?: string | symbol }, nowMs: number): boolean {
    this.#crashes = this.#crashes.filter(({ atMs }) => nowMs - atMs <= WINDOW_MS);
    this.#crashes.push({ input, atMs: nowMs });
    const isTrouble = new Set(this.#crashes.map((crash) => crash.input)).size >= CRASHES;
    if (isTrouble) this.#crashes = [];
    return isTrouble;
  }

  finished(): void {
    this.#crashes = [];
  }
}
