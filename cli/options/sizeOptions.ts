import { Option, type Command } from 'commander';
import { EnlargerError } from '../../core/api/errors.ts';
import { DEFAULT_JOB_SETTINGS, type Sizing } from '../../core/api/jobSettings.ts';
import { PAPER_SIZES, type LengthUnit } from '../../core/api/paperSizes.ts';
import { toFactor, toNumber } from './optionValues.ts';

/** The size options, as parsed by commander. */
export interface RawSizeOptions {
  readonly scale?: number | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly longEdge?: number | undefined;
  readonly shortEdge?: number | undefined;
  readonly megapixels?: number | undefined;
  readonly print?: string | undefined;
  readonly dpi?: number | undefined;
}

/** Adds the size options to a command. */
export function addSizeOptions(command: Command): Command {
  return command
    .addOption(new Option('-s, --scale <factor>', 'scale factor (default: 4)').argParser(toFactor))
    .addOption(
      new Option('-w, --width <px>', 'width of the result; with -H, a box to fit into').argParser(toNumber),
    )
    .addOption(new Option('-H, --height <px>', 'height of the result').argParser(toNumber))
    .addOption(new Option('--long-edge <px>', 'length of the longer side').argParser(toNumber))
    .addOption(new Option('--short-edge <px>', 'length of the shorter side').argParser(toNumber))
    .addOption(new Option('--megapixels <n>', 'size of the result in megapixels').argParser(toNumber))
    .option('--print <size>', 'size on paper: 10x15cm, 8x10in, a4; turned as each image is')
    .addOption(new Option('--dpi <n>', 'resolution of --print (default: 300)').argParser(toNumber));
}

function toPrintSizing(text: string, dotsPerInch: number): Sizing {
  const known = PAPER_SIZES.find(({ name }) => name.toLowerCase() === text.toLowerCase());
  const [, width, height, unit] =
    /^(\d+(?:\.\d+)?)\s*[x×]\s*(\d+(?:\.\d+)?)\s*(cm|in)$/i.exec(text.trim()) ?? [];
  const size =
    known ??
    (unit && { width: Number(width), height: Number(height), unit: unit.toLowerCase() as LengthUnit });
  if (size === undefined || size === '') {
    const message = `--print ${text} is not a size on paper. Use for example 10x15cm, 8x10in or a4.`;
    throw new EnlargerError('usage/invalid-option', message, { print: text });
  }
  const { width: paperWidth, height: paperHeight, unit: paperUnit } = size;
  return { kind: 'print', width: paperWidth, height: paperHeight, unit: paperUnit, dotsPerInch, turns: true };
}

/** @throws EnlargerError `usage/invalid-option` if more than one size is given. */
export function toSizing(options: RawSizeOptions): Sizing {
  const { width, height, longEdge, shortEdge, megapixels, scale, print, dpi } = options;
  const given: Sizing[] = [];
  if (width !== undefined && height !== undefined) given.push({ kind: 'fit', width, height });
  else if (width !== undefined) given.push({ kind: 'width', width });
  else if (height !== undefined) given.push({ kind: 'height', height });
  if (longEdge !== undefined) given.push({ kind: 'long-edge', edge: longEdge });
  if (shortEdge !== undefined) given.push({ kind: 'short-edge', edge: shortEdge });
  if (megapixels !== undefined) given.push({ kind: 'megapixels', megapixels });
  if (scale !== undefined) given.push({ kind: 'factor', factor: scale });
  if (print !== undefined) given.push(toPrintSizing(print, dpi ?? 300));
  else if (dpi !== undefined) {
    throw new EnlargerError(
      'usage/invalid-option',
      '--dpi needs a size on paper. Add --print, such as 10x15cm.',
    );
  }
  if (given.length > 1) {
    throw new EnlargerError(
      'usage/invalid-option',
      'More than one size was given. Use only one of --scale, --width/--height, --long-edge, --short-edge, --megapixels and --print.',
    );
  }
  return given[0] ?? DEFAULT_JOB_SETTINGS.sizing;
}
