import { InvalidArgumentError } from 'commander';

/** A number of the command line. */
export function toNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}

/** `2`, `2x` and `x2` all mean twice. */
export function toFactor(text: string): number {
  return toNumber(text.replace(/^[x×]|[x×]$/gi, ''));
}
