import type { HostEvent, MachineView } from '../../../core/api/contract.ts';
import { EnlargerError } from '../../../core/api/errors.ts';
import { DEFAULT_PROGRAM_SETTINGS } from '../../../core/api/programSettings.ts';
import type { Preset, ProgramSettings } from '../../../core/api/programSettings.ts';
import type { WatchedFolderView } from '../../../core/api/watchedFolderView.ts';
import type { MethodsOf } from '../../../core/host/bindApi.ts';
import { STAND_IN_DEVICES } from '../standInDevices.ts';

type PresetMethods = MethodsOf<'listPresets' | 'savePreset' | 'deletePreset'>;
type WatchMethods = MethodsOf<
  | 'listWatchedFolders'
  | 'addWatchedFolder'
  | 'updateWatchedFolder'
  | 'removeWatchedFolder'
  | 'countFolderImages'
>;
type ProgramMethods = MethodsOf<'listDevices' | 'listMachines' | 'getSettings' | 'updateSettings'>;

/** Presets, watched folders, devices, other machines and settings of a stand-in. */
export class StandInSettings {
  readonly methods: PresetMethods & WatchMethods & ProgramMethods;
  readonly #tell: (event: HostEvent) => void;
  readonly #newId: () => number;
  #presets: Preset[] = [];
  #watched: WatchedFolderView[] = [];
  #machines: readonly MachineView[] = [];
  #settings: ProgramSettings = DEFAULT_PROGRAM_SETTINGS;

  constructor(newId: () => number, tell: (event: HostEvent) => void) {
    this.#newId = newId;
    this.#tell = tell;
    this.methods = { ...this.#presetMethods(), ...this.#watchMethods(), ...this.#programMethods() };
  }

  setWatched(folders: readonly WatchedFolderView[]): void {
    this.#watched = [...folders];
    this.#tell({ type: 'watched-folders-changed', folders: this.#watched });
  }

  setMachines(machines: readonly MachineView[]): void {
    this.#machines = machines;
  }

  #presetMethods(): PresetMethods {
    return {
      listPresets: async () => ({ presets: this.#presets }),
      savePreset: async (preset) => {
        this.#presets = [...this.#presets.filter(({ id }) => id !== preset.id), preset];
        return preset;
      },
      deletePreset: async ({ presetId }) => {
        const before = this.#presets.length;
        this.#presets = this.#presets.filter(({ id }) => id !== presetId);
        return { deleted: this.#presets.length < before };
      },
    };
  }

  #watchMethods(): WatchMethods {
    return {
      listWatchedFolders: async () => ({ folders: this.#watched }),
      addWatchedFolder: async ({ folder, presetId, settleMs, include, exclude, moveOriginalsTo, paused }) => {
        const added: WatchedFolderView = {
          ...{ folder, presetId, settleMs, include, exclude },
          ...(moveOriginalsTo === undefined ? {} : { moveOriginalsTo }),
          id: this.#newId(),
          state: { kind: paused ? 'paused' : 'watching' },
          taken: 0,
          passedOver: [],
        };
        this.#watched = [...this.#watched, added];
        return added;
      },
      updateWatchedFolder: async ({ id, paused, presetId, include, exclude }) => {
        const folder = this.#watched.find((one) => one.id === id);
        if (folder === undefined)
          throw new EnlargerError('watch/not-found', `There is no watched folder ${id}.`);
        const state =
          paused === undefined
            ? folder.state
            : { kind: paused ? ('paused' as const) : ('watching' as const) };
        const lists = { include: include ?? folder.include, exclude: exclude ?? folder.exclude };
        const updated = { ...folder, state, presetId: presetId ?? folder.presetId, ...lists };
        this.#watched = this.#watched.map((one) => (one.id === id ? updated : one));
        return updated;
      },
      removeWatchedFolder: async ({ id }) => {
        const before = this.#watched.length;
        this.#watched = this.#watched.filter((one) => one.id !== id);
        return { removed: this.#watched.length < before };
      },
      countFolderImages: async () => ({ images: 12 }),
    };
  }

  #programMethods(): ProgramMethods {
    return {
      listDevices: async () => ({ devices: STAND_IN_DEVICES }),
      listMachines: async () => ({ isShared: this.#machines.length > 0, machines: this.#machines }),
      getSettings: async () => this.#settings,
      updateSettings: async (change) => {
        const given = Object.entries(change).filter(([, value]) => value !== undefined);
        this.#settings = { ...this.#settings, ...Object.fromEntries(given) };
        this.#tell({ type: 'settings-changed', settings: this.#settings });
        return this.#settings;
      },
    };
  }
}
