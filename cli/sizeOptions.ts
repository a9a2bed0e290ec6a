import { Option, type Command } from 'commander';
import { EnlargerError } from '../core/api/errors.ts';
import { DEFAULT_JOB_SETTINGS, type Sizing } from '../core/api/jobSettings.ts';
import { toFactor, toNumber } from './optionValues.ts';

/** The options about size as commander hands them over. */
export interface RawSizeOptions {
  readonly scale?: number | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly longEdge?: number | undefined;
  readonly shortEdge?: number | undefined;
  readonly megapixels?: number | undefined;
}

/** Adds the options about size to a command. */
export function addSizeOptions(command: Command): Command {
  return command
    .addOption(
      new Option('-s, --scale <factor>', 'how many times as wide and high (default: 4)').argParser(toFactor),
    )
    .addOption(
      new Option('-w, --width <px>', 'result width; with -H, the box to fit into').argParser(toNumber),
    )
    .addOption(new Option('-H, --height <px>', 'result height').argParser(toNumber))
    .addOption(new Option('--long-edge <px>', 'length of the longer side').argParser(toNumber))
    .addOption(new Option('--short-edge <px>', 'length of the shorter side').argParser(toNumber))
    .addOption(new Option('--megapixels <n>', 'size of the result in megapixels').argParser(toNumber))
    .option('--only-if-smaller', 'skip images that have the size already', false)
    .addOption(
      new Option('--max-megapixels <n>', 'refuse larger images')
        .argParser(toNumber)
        .default(DEFAULT_JOB_SETTINGS.maxInputMegapixels),
    )
    .addOption(
      new Option('--max-output-megapixels <n>', 'refuse larger results')
        .argParser(toNumber)
        .default(DEFAULT_JOB_SETTINGS.maxOutputMegapixels),
    );
}

/** @throws EnlargerError `usage/invalid-option` where more than one size is asked for. */
export function toSizing(options: RawSizeOptions): Sizing {
  const { width, height, longEdge, shortEdge, megapixels, scale } = options;
  const asked: Sizing[] = [];
  if (width !== undefined && height !== undefined) asked.push({ kind: 'fit', width, height });
  else if (width !== undefined) asked.push({ kind: 'width', width });
  else if (height !== undefined) asked.push({ kind: 'height', height });
  if (longEdge !== undefined) asked.push({ kind: 'long-edge', edge: longEdge });
  if (shortEdge !== undefined) asked.push({ kind: 'short-edge', edge: shortEdge });
  if (megapixels !== undefined) asked.push({ kind: 'megapixels', megapixels });
  if (scale !== undefined) asked.push({ kind: 'factor', factor: scale });
  if (asked.length > 1) {
    throw new EnlargerError(
      'usage/invalid-option',
      'Give one size only: --scale, --width/--height, --long-edge, --short-edge or --megapixels.',
    );
  }
  return asked[0] ?? DEFAULT_JOB_SETTINGS.sizing;
}
