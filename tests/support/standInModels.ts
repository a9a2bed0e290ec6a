import type { EnlargerApi, HostEvent } from '../../core/api/contract.ts';
import type { SourcePlace } from '../../core/api/batchSpec.ts';
import type { AddedModelView, AddingView, ModelCard, ModelView } from '../../core/api/views.ts';

type ModelMethods = Pick<
  EnlargerApi,
  'listModels' | 'addModels' | 'cancelAddModels' | 'removeModel' | 'verifyModel'
>;

const SHA256 = '6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b';

function cardOf(model: ModelView): ModelCard {
  return {
    ...model,
    network: '16 blocks of 64 channels',
    macs: 1.2e9,
    receptiveFieldPx: 37,
    contextPx: 18,
    sha256: SHA256,
  };
}

/** The outcome for a file: its name decides the scale, e.g. `4x_foo.pth`. */
function addedCard(fileName: string, { name, licence, author }: Facts): ModelCard {
  const stem = name ?? fileName.replace(/\.[a-z]+$/, '');
  const id = stem.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const scale = Number(/^(\d)x/.exec(fileName)?.[1] ?? 4);
  return {
    ...cardOf({
      ...{ id, family: id, name: stem, scale, parameters: 16_697_987, licence: licence ?? 'not stated' },
      purpose: `Enlarges ${scale} times.`,
      hasStrength: false,
      isAdded: true,
      architecture: 'ESRGAN',
      ...(/\bNC\b/.test(licence ?? '') && { isNonCommercial: true }),
    }),
    origin: {
      format: 'pytorch',
      files: [{ name: fileName, sha256: SHA256, sizeBytes: 66_961_958 }],
      addedAt: '2026-11-25T09:41:00.000Z',
      ...(author !== undefined && { author }),
    },
    proof: {
      reading: '',
      isExact: false,
      tileDifference: 0.0021,
      meanDrift: 0.004,
      megapixelsPerSecond: { 'onnx:cpu': 0.083 },
      bytesPerPx: 9_000,
    },
  };
}

interface Facts {
  readonly name?: string | undefined;
  readonly licence?: string | undefined;
  readonly author?: string | undefined;
}

/** The models of a stand-in. A file whose name contains `broken` is refused; one that contains `slow` waits for `finish`. */
export class StandInModels {
  readonly methods: ModelMethods;
  readonly #tell: (event: HostEvent) => void;
  #cards: readonly ModelCard[];
  #finish: ((isCancelled: boolean) => void) | undefined;

  constructor(
    models: readonly ModelView[],
    nameOf: (source: SourcePlace) => Promise<string>,
    tell: (event: HostEvent) => void,
  ) {
    this.#cards = models.map(cardOf);
    this.#tell = tell;
    this.methods = {
      listModels: async () => ({ models: this.#cards }),
      addModels: async ({ sources, ...facts }) => {
        const outcomes: AddedModelView[] = [];
        for (const source of sources) outcomes.push(await this.#add(await nameOf(source), facts));
        this.reportAdding([]);
        return { outcomes, leftOut: [] };
      },
      cancelAddModels: async () => {
        this.#finish?.(true);
        return { cancelled: 1 };
      },
      removeModel: async ({ modelId }) => {
        this.#change(this.#cards.filter(({ id }) => id !== modelId));
        return { removed: true };
      },
      verifyModel: async ({ modelId }) =>
        modelId.includes('damaged')
          ? { error: { code: 'model/file-damaged', message: 'Its weights were changed.' } }
          : {},
    };
  }

  reportAdding(adding: readonly AddingView[]): void {
    this.#tell({ type: 'models-adding', adding });
  }

  /** Completes waiting additions. */
  finish(): void {
    this.#finish?.(false);
  }

  async #add(fileName: string, facts: Facts): Promise<AddedModelView> {
    this.reportAdding([{ fileName, step: 'proving' }]);
    const refuse = (code: 'model/unreadable' | 'job/cancelled', message: string): AddedModelView => ({
      fileName,
      kind: 'refused',
      error: { code, message },
    });
    if (fileName.includes('broken')) return refuse('model/unreadable', `${fileName} ends too early.`);
    if (fileName.includes('slow') && (await this.#wait())) return refuse('job/cancelled', 'Cancelled.');
    const model = addedCard(fileName, facts);
    const known = this.#cards.find(({ id }) => id === model.id);
    if (known !== undefined) return { fileName, kind: 'known', model: known };
    this.#change([...this.#cards, model]);
    return { fileName, kind: 'added', model };
  }

  /** @returns Whether it was cancelled. */
  #wait(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  #change(cards: readonly ModelCard[]): void {
    this.#cards = cards;
    this.#tell({ type: 'models-changed', models: cards });
  }
}
