import { InvalidArgumentError } from 'commander';

/** A number from the command line. */
export function toNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new InvalidArgumentError(`"${text}" is not a number.`);
  return value;
}

/** A factor: `2`, `2x` and `x2` are the same. */
export function toFactor(text: string): number {
  return toNumber(text.replace(/^[x×]|[x×]$/gi, ''));
}
