/**
 * Ids of the engines that run networks, as settings, models and devices name them. `core/engine/registry.ts` has the
 * engines themselves.
 */
export const ENGINE_IDS = ['onnx', 'tensorflow'] as const;
export type EngineId = (typeof ENGINE_IDS)[number];

/** Their display names. */
export const ENGINE_NAMES: Readonly<Record<EngineId, string>> = {
  onnx: 'ONNX Runtime',
  tensorflow: 'TensorFlow.js',
};

/** What the setting may be; `auto` picks the fastest device of any engine. */
export const ENGINE_CHOICES = ['auto', ...ENGINE_IDS] as const;
export type EngineChoice = (typeof ENGINE_CHOICES)[number];
