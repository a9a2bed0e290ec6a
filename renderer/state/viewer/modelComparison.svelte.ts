import type { EnlargerApi } from '../../../core/api/contract.ts';
import { toErrorDto, type ErrorDto } from '../../../core/api/errors.ts';
import type { Rect } from '../../../core/api/image.ts';
import type { CropPreview } from '../../../core/api/views.ts';
import type { ModelChoice } from '../draft/modelChoices.ts';
import { delayed } from '../delayed.ts';
import type { PreviewSubject } from './preview.svelte.ts';

export const MAX_COMPARED = 4;
const START_DELAY_MS = 250;

/** What a model makes of the visible crop. */
export type ModelSample =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'shown'; readonly preview: CropPreview }
  | { readonly kind: 'failed'; readonly error: ErrorDto };

/** Two to four models side by side on one crop. */
export class ModelComparison {
  readonly #api: EnlargerApi;
  #isOpen = $state(false);
  #choices = $state.raw<readonly ModelChoice[]>([]);
  #samples = $state.raw<ReadonlyMap<string, ModelSample>>(new Map());
  #wanted: { readonly subject: PreviewSubject; readonly crop: Rect } | undefined;
  /** Counts up with every crop: answers for an older one are dropped. */
  #round = 0;
  readonly #startSoon = delayed(() => void this.#run(), START_DELAY_MS);

  constructor(api: EnlargerApi) {
    this.#api = api;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The models that are compared, in the order of the list of models. */
  get choices(): readonly ModelChoice[] {
    return this.#choices;
  }

  sampleOf(modelId: string): ModelSample {
    return this.#samples.get(modelId) ?? { kind: 'waiting' };
  }

  /** @param choices At most `MAX_COMPARED` are compared. */
  open(choices: readonly ModelChoice[]): void {
    this.#choices = choices.slice(0, MAX_COMPARED);
    this.#isOpen = true;
    this.#samples = new Map();
    this.#startSoon.call();
  }

  close(): void {
    this.#isOpen = false;
    this.#round++;
    this.#startSoon.cancel();
  }

  /** The crop to show from now on; asks for it once the view has come to rest. */
  look(subject: PreviewSubject, crop: Rect): void {
    if (JSON.stringify(this.#wanted) === JSON.stringify({ subject, crop })) return;
    this.#wanted = { subject, crop };
    this.#round++;
    if (this.#isOpen) this.#startSoon.call();
  }

  /** One after the other: the host computes one preview at a time, and a newer request ends an older one. */
  async #run(): Promise<void> {
    const round = ++this.#round;
    const wanted = this.#wanted;
    if (wanted === undefined) return;
    const { subject, crop } = wanted;
    for (const { id, hasStrength } of this.#choices) {
      const { source, settings } = subject;
      const strength = hasStrength ? settings.strength : 1;
      const sample = await this.#sample({ source, crop, settings: { ...settings, model: id, strength } });
      if (round !== this.#round) return;
      this.#samples = new Map([...this.#samples, [id, sample]]);
    }
  }

  async #sample(input: Parameters<EnlargerApi['previewCrop']>[0]): Promise<ModelSample> {
    try {
      return { kind: 'shown', preview: await this.#api.previewCrop(input) };
    } catch (error) {
      return { kind: 'failed', error: toErrorDto(error) };
    }
  }
}
