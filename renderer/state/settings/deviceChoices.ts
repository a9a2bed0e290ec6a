import type { DeviceView } from '../../../core/api/views.ts';
import type { Texts } from '../texts.svelte.ts';

/** The choices for the device: automatic, the processor, and each graphics device by its number and name. */
export function deviceChoices(
  devices: readonly DeviceView[],
  chosen: string,
  texts: Texts,
): readonly { readonly value: string; readonly label: string }[] {
  const graphics = devices.filter(({ kind, state }) => kind === 'gpu' && state.kind !== 'unusable');
  const choices = [
    { value: 'auto', label: texts.t('device.auto') },
    { value: 'cpu', label: texts.t('device.cpu') },
    ...graphics.map(({ name }, index) => ({ value: String(index), label: name })),
  ];
  return choices.some(({ value }) => value === chosen)
    ? choices
    : [...choices, { value: chosen, label: chosen }];
}
