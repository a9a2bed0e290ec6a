import { Help, type Option } from 'commander';

const help = new Help();

/** An option's text in the help, without the default `[]` of a list. */
export function describeOption(option: Option): string {
  const preset: unknown = option.defaultValue;
  const isEmptyList = Array.isArray(preset) && preset.length === 0;
  return isEmptyList ? option.description : help.optionDescription(option);
}
