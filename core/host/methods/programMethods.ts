import { EnlargerError } from '../../api/errors.ts';
import type { Sharing, SharingChange } from '../../api/programSettings.ts';
import { modelViews } from '../models/modelViews.ts';
import type { MethodsOf } from '../bindApi.ts';
import type { HostContext } from '../hostContext.ts';

/** @returns What is saved of it. A page in a browser must not name servers and folders of this machine. */
async function adoptSharing(
  { sharing, settings }: HostContext,
  wanted: SharingChange | null,
): Promise<Sharing | null> {
  if (sharing === undefined) {
    throw new EnlargerError(
      'request/forbidden',
      'Other machines join by the options --queue and --root here.',
    );
  }
  await sharing.adopt(wanted, settings.current.sharing);
  return wanted && { queue: wanted.queue, roots: wanted.roots };
}

/** The program itself: what it is, its settings, presets and devices. */
export function programMethods(
  context: HostContext,
): MethodsOf<
  | 'getProgramInfo'
  | 'getSettings'
  | 'updateSettings'
  | 'listPresets'
  | 'savePreset'
  | 'deletePreset'
  | 'listDevices'
  | 'listMachines'
> {
  const { store, settings, hub, pool } = context;
  return {
    getProgramInfo: async () => ({
      version: context.version,
      platform: process.platform,
      capabilities: context.capabilities,
      models: await modelViews(context.library),
      roots: context.roots(),
      hasSample: context.sampleImage !== undefined,
    }),
    getSettings: () => Promise.resolve(settings.current),
    updateSettings: async ({ sharing, ...others }) => {
      const adopted = sharing === undefined ? {} : { sharing: await adoptSharing(context, sharing) };
      const changed = settings.update({ ...others, ...adopted });
      hub.tell({ type: 'settings-changed', settings: changed });
      return changed;
    },
    listPresets: () => Promise.resolve({ presets: store.presets.list() }),
    savePreset: (preset) => {
      store.presets.save(preset);
      return Promise.resolve(preset);
    },
    deletePreset: ({ presetId }) => Promise.resolve({ deleted: store.presets.remove(presetId) }),
    listDevices: async ({ probe }) => {
      const list = await pool.listDevices(probe);
      if (probe) hub.tell({ type: 'devices-changed', devices: list });
      return { devices: list };
    },
    listMachines: async () => {
      const machines = await pool.listMachines?.();
      const problem = context.sharing?.problem;
      return {
        ...{ isShared: machines !== undefined, machines: machines ?? [] },
        ...(problem !== undefined && { problem }),
      };
    },
  };
}
