import type { Sizing } from '../../../core/api/jobSettings.ts';
import type { TextKey } from '../../../core/texts/textKeys.ts';
import type { BatchOptions } from './batchOptions.svelte.ts';

/** A preset of the program: sets the size that its name promises, and leaves everything else as it is. */
export interface BuiltInPreset {
  readonly id: string;
  readonly label: TextKey;
  readonly sizing: Sizing;
}

export const BUILT_IN_PRESETS: readonly BuiltInPreset[] = [
  { id: 'web', label: 'preset.web', sizing: { kind: 'factor', factor: 2 } },
  {
    id: 'wallpaper',
    label: 'preset.wallpaper',
    sizing: { kind: 'fit', width: 3840, height: 2160 },
  },
  {
    id: 'print',
    label: 'preset.print',
    sizing: { kind: 'print', width: 10, height: 15, unit: 'cm', dotsPerInch: 300, turns: true },
  },
];

/** Whether the options are those of the preset. */
export function isUsed({ sizing }: BuiltInPreset, { settings }: BatchOptions): boolean {
  return JSON.stringify(settings.sizing) === JSON.stringify(sizing);
}

export function useBuiltIn({ sizing }: BuiltInPreset, options: BatchOptions): void {
  options.changeSettings({ sizing });
}

/** The preset of a digit, 1 to 9: those of the program, then a person's own. */
export function usePresetNumber(
  number: number,
  options: BatchOptions,
  own: readonly Parameters<BatchOptions['usePreset']>[0][],
): boolean {
  const builtIn = BUILT_IN_PRESETS[number - 1];
  const saved = own[number - 1 - BUILT_IN_PRESETS.length];
  if (builtIn !== undefined) useBuiltIn(builtIn, options);
  else if (saved !== undefined) options.usePreset(saved);
  return builtIn !== undefined || saved !== undefined;
}
