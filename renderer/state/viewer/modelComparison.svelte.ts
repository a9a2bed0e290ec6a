import type { EnlargerApi } from '../../../core/api/contract.ts';
import { toErrorDto, type ErrorDto } from '../../../core/api/errors.ts';
import type { Rect } from '../../../core/api/image.ts';
import type { CropPreview } from '../../../core/api/views.ts';
import type { ModelChoice } from '../draft/modelChoices.ts';
import { delayed } from '../delayed.ts';
import type { Preview, PreviewSubject } from './preview.svelte.ts';

const MIN_COMPARED = 2;
const MAX_COMPARED = 4;
const START_DELAY_MS = 250;
const RETRY_DELAY_MS = 250;

/** The visible crop, enlarged by a model. */
export type ModelSample =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'shown'; readonly preview: CropPreview }
  | { readonly kind: 'failed'; readonly error: ErrorDto };

interface Wanted {
  readonly subject: PreviewSubject;
  readonly crop: Rect;
}

/** Two to four models side by side on one crop. */
export class ModelComparison {
  readonly #api: EnlargerApi;
  readonly #preview: Pick<Preview, 'hold' | 'release'> | undefined;
  #isOpen = $state(false);
  #choices = $state.raw<readonly ModelChoice[]>([]);
  #samples = $state.raw<ReadonlyMap<string, ModelSample>>(new Map());
  #wanted: Wanted | undefined;
  /** The crop that each sample shows. */
  readonly #madeFor = new Map<string, Wanted>();
  /** Counts up with every crop: answers for an older one are dropped. */
  #round = 0;
  readonly #startSoon = delayed(() => void this.#run(), START_DELAY_MS);

  /** @param preview Waits while models are compared. */
  constructor(api: EnlargerApi, preview?: Pick<Preview, 'hold' | 'release'>) {
    this.#api = api;
    this.#preview = preview;
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

  /** @param chosen Id of the model that is compared in any case; it replaces the last one if they are too many. */
  open(choices: readonly ModelChoice[], chosen?: string): void {
    const first = choices.slice(0, MAX_COMPARED);
    const missing = first.some(({ id }) => id === chosen)
      ? undefined
      : choices.find(({ id }) => id === chosen);
    this.#choices = missing === undefined ? first : [...first.slice(0, MAX_COMPARED - 1), missing];
    this.#isOpen = true;
    this.#preview?.hold();
    this.#samples = new Map();
    this.#madeFor.clear();
    this.#startSoon.call();
  }

  get canAdd(): boolean {
    return this.#choices.length < MAX_COMPARED;
  }

  get canRemove(): boolean {
    return this.#choices.length > MIN_COMPARED;
  }

  /** Shows another model in a pane, or in a new one; models that are already shown keep their panes. */
  show(choice: ModelChoice, insteadOf?: string): void {
    if (this.#choices.some(({ id }) => id === choice.id)) return;
    if (insteadOf === undefined && !this.canAdd) return;
    this.#choices =
      insteadOf === undefined
        ? [...this.#choices, choice]
        : this.#choices.map((one) => (one.id === insteadOf ? choice : one));
    this.#round++;
    this.#startSoon.call();
  }

  remove(modelId: string): void {
    if (this.canRemove) this.#choices = this.#choices.filter(({ id }) => id !== modelId);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#preview?.release();
    this.#round++;
    this.#startSoon.cancel();
  }

  /** Changes the crop; it is requested once the view has settled. */
  look(subject: PreviewSubject, crop: Rect): void {
    if (keyOf(this.#wanted) === keyOf({ subject, crop })) return;
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
      // A pane that was added needs no new samples of the others.
      if (this.#madeFor.get(id) === wanted && this.sampleOf(id).kind === 'shown') continue;
      const { source, settings } = subject;
      const strength = hasStrength ? settings.strength : 1;
      const sample = await this.#sample({ source, crop, settings: { ...settings, model: id, strength } });
      if (round !== this.#round) return;
      this.#samples = new Map([...this.#samples, [id, sample]]);
      this.#madeFor.set(id, wanted);
    }
  }

  async #sample(input: Parameters<EnlargerApi['previewCrop']>[0]): Promise<ModelSample> {
    const round = this.#round;
    for (;;) {
      try {
        return { kind: 'shown', preview: await this.#api.previewCrop(input) };
      } catch (error) {
        const dto = toErrorDto(error);
        // Another window sent a request meanwhile; the newest of all goes first.
        if (dto.code !== 'job/cancelled' || round !== this.#round) return { kind: 'failed', error: dto };
        await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY_MS));
      }
    }
  }
}

/** Equal for equal crops, whatever the model. */
function keyOf(wanted: Wanted | undefined): string {
  if (wanted === undefined) return '';
  const { subject, crop } = wanted;
  return JSON.stringify({ ...subject, crop, settings: { ...subject.settings, model: '' } });
}
