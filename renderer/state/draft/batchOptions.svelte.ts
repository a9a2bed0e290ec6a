import { AUTO_MODEL } from '../../../core/api/models/chosenModel.ts';
import { DEFAULT_NAME_TEMPLATE, DEFAULT_REPORT_REQUEST } from '../../../core/api/batchSpec.ts';
import type { BatchSpec, Destination, Source } from '../../../core/api/batchSpec.ts';
import type { Capabilities } from '../../../core/api/contract.ts';
import { IMAGE_FORMATS, type QualityRange } from '../../../core/api/imageFormats.ts';
import { DEFAULT_JOB_SETTINGS, jobSettingsSchema } from '../../../core/api/jobSettings.ts';
import type { JobSettings, SettingName, Sizing } from '../../../core/api/jobSettings.ts';
import type { Preset } from '../../../core/api/programSettings.ts';
import type { ModelView } from '../../../core/api/views.ts';
import type { ModelChoice } from './modelChoices.ts';

export type PresetBatch = Preset['batch'];
export type FormatChoice = JobSettings['format'];

/** Sizes that are one click away. */
export const COMMON_FACTORS = [1.5, 2, 3, 4, 8] as const;

/** The quality of a format, by the same table as the encoder's; undefined for formats without a quality. */
function qualityRange(format: FormatChoice): QualityRange | undefined {
  return format === 'same' ? undefined : IMAGE_FORMATS[format].quality;
}

/** The first choice here: next to the originals where paths are known, else kept for download. */
function firstDestination({ localPaths }: Capabilities): Destination {
  return localPaths ? { kind: 'beside', folderName: 'enlarged' } : { kind: 'downloads' };
}

/** Everything about a batch except its images, as the user sets it. */
export class BatchOptions {
  #batch = $state.raw<PresetBatch>({
    destination: { kind: 'downloads' },
    settings: DEFAULT_JOB_SETTINGS,
    exists: 'rename',
    nameTemplate: DEFAULT_NAME_TEMPLATE,
    recursive: true,
    include: [],
    exclude: [],
    report: DEFAULT_REPORT_REQUEST,
  });
  /** The preset that these options still equal. */
  #presetId = $state<string | undefined>(undefined);

  constructor(capabilities: Capabilities) {
    this.#batch = { ...this.#batch, destination: firstDestination(capabilities) };
  }

  get batch(): PresetBatch {
    return this.#batch;
  }

  get settings(): JobSettings {
    return this.#batch.settings;
  }

  get destination(): Destination {
    return this.#batch.destination;
  }

  get presetId(): string | undefined {
    return this.#presetId;
  }

  /** The range of the quality; undefined if the format has none, or is not known yet. */
  get qualityRange(): QualityRange | undefined {
    return qualityRange(this.settings.format);
  }

  /** The chosen factor, where the size is a factor. */
  get factor(): number | undefined {
    return this.settings.sizing.kind === 'factor' ? this.settings.sizing.factor : undefined;
  }

  /** The options with which the host inspects a source. */
  inspection(
    source: Source,
  ): { sources: Source[]; settings: JobSettings } & Pick<
    BatchSpec,
    'recursive' | 'nameTemplate' | 'destination'
  > {
    const { settings, recursive, nameTemplate, destination } = this.#batch;
    return { sources: [source], settings, recursive, nameTemplate, destination };
  }

  spec(sources: readonly Source[]): BatchSpec {
    return { ...this.#batch, sources: [...sources] };
  }

  change(change: Partial<Omit<PresetBatch, 'settings'>>): void {
    this.#batch = { ...this.#batch, ...change };
    this.#presetId = undefined;
  }

  changeSettings(change: Partial<JobSettings>): void {
    const { quality, ...rest } = { ...this.settings, ...change };
    const keepsQuality = qualityRange(rest.format) !== undefined && quality !== undefined;
    this.change({});
    this.#batch = { ...this.#batch, settings: keepsQuality ? { ...rest, quality } : rest };
  }

  /** Changes a setting whose control does not know its type. */
  changeSetting(name: SettingName, value: unknown): void {
    this.changeSettings(jobSettingsSchema.parse({ ...this.settings, [name]: value }));
  }

  /** Switches to another model and keeps the strength, if it has one. */
  chooseModel({ id, hasStrength }: Pick<ModelChoice, 'id' | 'hasStrength'>): void {
    this.changeSettings({ model: id, strength: hasStrength ? this.settings.strength : 1 });
  }

  /**
   * Chooses another model if the chosen one was removed.
   *
   * @param left The remaining models; a family remains as long as one of its models does.
   */
  leaveModels(gone: readonly ModelView[], left: readonly ModelView[]): void {
    const isGone = (name: string): boolean =>
      gone.some(({ id, family }) => id === name || family === name) &&
      !left.some(({ id, family }) => id === name || family === name);
    if (isGone(this.settings.model)) this.chooseModel({ id: AUTO_MODEL, hasStrength: true });
    const { first = [] } = this.settings;
    if (first.some(isGone)) this.chooseFirst(first.filter((name) => !isGone(name)));
  }

  /** Networks that clean the image up before it is enlarged; may be empty. */
  chooseFirst(names: readonly string[]): void {
    const { first: _, ...settings } = this.settings;
    this.change({});
    this.#batch = {
      ...this.#batch,
      settings: names.length === 0 ? settings : { ...settings, first: [...names] },
    };
  }

  /** Changes to another kind of size, with a likely initial value. */
  chooseSizing(kind: Sizing['kind']): void {
    this.changeSettings({ sizing: FIRST_SIZING[kind] });
  }

  usePreset({ id, batch }: Preset): void {
    this.#batch = batch;
    this.#presetId = id;
  }

  /** Adopts the options of an earlier batch. */
  useBatch({ sources: _, name: __, ...batch }: BatchSpec): void {
    this.#batch = batch;
    this.#presetId = undefined;
  }

  /** Records that these options are saved as this preset. */
  markAs(presetId: string): void {
    this.#presetId = presetId;
  }
}

const FIRST_SIZING: Readonly<Record<Sizing['kind'], Sizing>> = {
  factor: { kind: 'factor', factor: 4 },
  width: { kind: 'width', width: 3840 },
  height: { kind: 'height', height: 2160 },
  fit: { kind: 'fit', width: 3840, height: 2160 },
  'long-edge': { kind: 'long-edge', edge: 4096 },
  'short-edge': { kind: 'short-edge', edge: 2160 },
  megapixels: { kind: 'megapixels', megapixels: 24 },
  print: { kind: 'print', width: 10, height: 15, unit: 'cm', dotsPerInch: 300, turns: true },
};
