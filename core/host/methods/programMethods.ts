import { modelViews } from '../models/modelViews.ts';
import type { MethodsOf } from '../bindApi.ts';
import type { HostContext } from '../hostContext.ts';

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
    updateSettings: (change) => {
      const changed = settings.update(change);
      hub.tell({ type: 'settings-changed', settings: changed });
      return Promise.resolve(changed);
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
      return { isShared: machines !== undefined, machines: machines ?? [] };
    },
  };
}
