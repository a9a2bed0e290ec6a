import { z } from 'zod';
import { batchSpecSchema, type BatchSpec } from '../../core/api/batchSpec.ts';
import { EnlargerError } from '../../core/api/errors.ts';
import { optionOfSetting } from './settingOptions.ts';

/** The parts of a JSON schema that limit how large or long a value may be. */
const limitsSchema = z.looseObject({
  type: z.unknown().optional(),
  minimum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  maximum: z.number().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  items: z.unknown().optional(),
});
type Limits = z.infer<typeof limitsSchema>;

/** The alternatives of a schema, those of its alternatives included. */
function alternatives(schema: unknown): Limits[] {
  const parsed = limitsSchema.safeParse(schema);
  if (!parsed.success) return [];
  const inner = [...(parsed.data.anyOf ?? []), ...(parsed.data.oneOf ?? [])];
  return inner.length > 0 ? inner.flatMap(alternatives) : [parsed.data];
}

function below(schemas: readonly Limits[], key: PropertyKey): Limits[] {
  return schemas.flatMap(({ properties, items }) =>
    alternatives(typeof key === 'number' ? items : properties?.[String(key)]),
  );
}

/** Among alternatives that differ by a constant (`kind`), the one that an object was meant to match. */
function meant(schemas: readonly Limits[], given: unknown): Limits[] {
  const isMeant = ([name, schema]: readonly [string, unknown]): boolean => {
    const constant = limitsSchema.safeParse(schema).data?.const;
    return constant === undefined || constant === valueAt(given, [name]);
  };
  return schemas.filter(({ properties = {} }) => Object.entries(properties).every(isMeant));
}

/** The limits of a value that does not fit, by the alternatives that lead to it. */
function limitsAt(root: readonly Limits[], given: unknown, at: readonly PropertyKey[]): Limits[] {
  return at.reduce<Limits[]>(
    (schemas, key, depth) => below(meant(schemas, valueAt(given, at.slice(0, depth))), key),
    [...root],
  );
}

function describeNumber({ type, minimum, exclusiveMinimum, maximum = Infinity }: Limits): string | undefined {
  const number = type === 'integer' ? 'a whole number ' : '';
  const isLimited = maximum < Number.MAX_SAFE_INTEGER;
  if (minimum !== undefined) {
    return isLimited
      ? `${number}from ${minimum} to ${maximum}`
      : `${number}${number && 'of '}at least ${minimum}`;
  }
  if (exclusiveMinimum === undefined) return undefined;
  return `${number}${number && 'of '}more than ${exclusiveMinimum}${isLimited ? `, up to ${maximum}` : ''}`;
}

function describeLimits(limits: Limits): string | undefined {
  const { minLength, maxLength } = limits;
  const number = describeNumber(limits);
  if (number !== undefined) return number;
  if (maxLength !== undefined) return `${minLength ?? 0} to ${maxLength} characters long`;
  if (limits.enum !== undefined) return `one of ${limits.enum.join(', ')}`;
  return limits.const === undefined ? undefined : JSON.stringify(limits.const);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}

/** The context of values that did not match a schema. */
export interface UsageProblem {
  readonly schema: z.ZodType;
  readonly given: unknown;
  readonly error: z.ZodError;
  /** The option that a value came from; undefined for one that no option sets. */
  readonly optionOf: (path: readonly PropertyKey[]) => string | undefined;
}

/** An error that names the option, its valid values, and the given one. */
export function schemaError({ schema, given, error, optionOf }: UsageProblem): EnlargerError {
  const [issue] = error.issues;
  if (issue === undefined) throw new TypeError('An error without an issue.');
  const option = optionOf(issue.path) ?? issue.path.join('.');
  const root = alternatives(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }));
  const limits = limitsAt(root, given, issue.path);
  const allowed = [...new Set(limits.flatMap((each) => describeLimits(each) ?? []))].join(', or ');
  const value: unknown = valueAt(given, issue.path);
  const text = typeof value === 'string' && value.length > 60 ? `${value.slice(0, 60)}…` : value;
  const expected = allowed === '' ? issue.message : `must be ${allowed}`;
  const message = `${option} ${expected}; ${text === undefined ? 'nothing' : JSON.stringify(text)} was given.`;
  return new EnlargerError('usage/invalid-option', message, { option });
}

/** Which option sets a value of a batch. */
const SPEC_OPTIONS: readonly (readonly [RegExp, string])[] = [
  [/^sources/, '-i, --input'],
  [/^destination/, '-o, --output'],
  [/^nameTemplate/, '--name'],
  [/^include/, '--include'],
  [/^exclude/, '--exclude'],
  [/^settings\.sizing\.factor/, '-s, --scale'],
  [/^settings\.sizing\.dotsPerInch/, '--dpi'],
  [/^settings\.sizing\.width/, '-w, --width'],
  [/^settings\.sizing\.height/, '-H, --height'],
  [/^settings\.sizing\.edge/, '--long-edge and --short-edge'],
  [/^settings\.sizing\.megapixels/, '--megapixels'],
];

/** Whether a size on paper was given, whose sides have the names of those in pixels. */
function isPrint(given: unknown): boolean {
  return valueAt(given, ['settings', 'sizing', 'kind']) === 'print';
}

function optionOfSpec(given: unknown, at: readonly PropertyKey[]): string | undefined {
  if (/^settings,sizing,(width|height)$/.test(at.join()) && isPrint(given)) return '--print';
  const named = SPEC_OPTIONS.find(([pattern]) => pattern.test(at.map(String).join('.')))?.[1];
  return named ?? (at[0] === 'settings' ? optionOfSetting(String(at[1])) : undefined);
}

/**
 * Checks options against the schema with which their batch will be stored: what it refuses could not be read back.
 *
 * @throws EnlargerError `usage/invalid-option`, naming the option and its valid values.
 */
export function parseSpec(given: unknown): BatchSpec {
  const parsed = batchSpecSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw schemaError({
    schema: batchSpecSchema,
    given,
    error: parsed.error,
    optionOf: (at) => optionOfSpec(given, at),
  });
}
