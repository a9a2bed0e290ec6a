/**
 * @file The options that set a job's settings. Each is derived from the setting's field in `core/api/jobSettings.ts`: its name, its
 * help, its default, and whether it is a switch, a choice or a number. `DETAILS` has the exceptions. The size has separate options
 * (`sizeOptions.ts`).
 */
import { Option, type Command } from 'commander';
import {
  DEFAULT_JOB_SETTINGS,
  jobSettingsSchema,
  settingKind,
  type SettingName,
} from '../../core/api/jobSettings.ts';
import { qualityHelp, toFormat, writtenExtensions } from '../formats/formatOptions.ts';
import { toNumber } from './optionValues.ts';

interface OptionDetails {
  readonly flags?: string;
  readonly help?: string;
  readonly parse?: (text: string, previous: unknown) => unknown;
}

/** Options whose names were published before there was a rule, or whose values are written differently. */
const DETAILS: Readonly<Partial<Record<SettingName, OptionDetails>>> = {
  model: { flags: '-n, --model <name>' },
  first: {
    flags: '--first <model>',
    parse: (name, previous) => [...(Array.isArray(previous) ? (previous as unknown[]) : []), name],
  },
  strength: { flags: '--strength <share>' },
  device: { flags: '-g, --gpu <device>' },
  engine: { flags: '--engine <name>' },
  tile: { flags: '-t, --tile <px>', parse: (text) => (text === 'auto' ? text : toNumber(text)) },
  selfEnsemble: { flags: '-x, --tta' },
  format: {
    flags: '-f, --format <format>',
    help: ['same', ...writtenExtensions()].join(', '),
    parse: toFormat,
  },
  pages: { flags: '--pages <pages>' },
  quality: { flags: '-q, --quality <n>', help: qualityHelp(), parse: toNumber },
  background: { flags: '--background <colour>', parse: toColour },
  metadata: { flags: '--metadata <policy>' },
  colour: { flags: '--color <policy>' },
  maxInputMegapixels: { flags: '--max-megapixels <n>' },
  maxOutputMegapixels: { flags: '--max-output-megapixels <n>' },
};

/** `#fff`, `fff` and `#ffffff`. */
function toColour(text: string): string {
  const digits = text.replace(/^#/, '').toLowerCase();
  return `#${digits.length === 3 ? digits.replace(/./g, '$&$&') : digits}`;
}

/** `maxMegapixels` → `max-megapixels`. */
export function toKebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function toOption(name: SettingName): Option {
  const kind = settingKind(name);
  const { flags, help, parse } = DETAILS[name] ?? {};
  const value = { switch: '', choice: ' <choice>', number: ' <n>', text: ' <text>' }[kind.kind];
  const option = new Option(
    flags ?? `--${toKebab(name)}${value}`,
    help ?? jobSettingsSchema.shape[name].description,
  );
  if (kind.kind === 'choice') option.choices(kind.choices);
  if (parse !== undefined) option.argParser(parse);
  else if (kind.kind === 'number') option.argParser(toNumber);
  return option.default(DEFAULT_JOB_SETTINGS[name]);
}

const NAMES = jobSettingsSchema.keyof().options.filter((name) => name !== 'sizing');

/** Adds an option for each setting but the size. */
export function addSettingOptions(command: Command): Command {
  for (const name of NAMES) command.addOption(toOption(name));
  return command.addOption(
    new Option('--frames <frames>', 'frames of an animation (default: all)').choices(['all', 'first']),
  );
}

/** The settings but the size, as commander read them; not checked yet. */
export function toSettings(given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = NAMES.map((name) => [name, given[toOption(name).attributeName()]] as const);
  const settings = Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  return {
    ...settings,
    ...(settings['pages'] === undefined && given['frames'] !== undefined && { pages: given['frames'] }),
  };
}

/** `-g, --gpu` for `device`; undefined for anything else than a setting with an option. */
export function optionOfSetting(setting: string): string | undefined {
  if (setting === 'pages') return '--pages and --frames';
  const name = NAMES.find((each) => each === setting);
  return name === undefined ? undefined : toOption(name).flags.replace(/ <.*/, '');
}
