/** `Fields` with each property that can be undefined made optional, and never undefined when it is present. */
export type Defined<Fields extends object> = {
  [Key in keyof Fields as undefined extends Fields[Key] ? never : Key]: Fields[Key];
} & {
  [Key in keyof Fields as undefined extends Fields[Key] ? Key : never]?: Exclude<Fields[Key], undefined>;
};

/**
 * A copy without the properties that are undefined. Under `exactOptionalPropertyTypes` an optional property may be
 * absent but not undefined, so `{ ...defined({ size }) }` passes on a size that may be missing.
 *
 * @returns Own enumerable properties only; `null`, `false`, `0` and `''` are kept.
 */
export function defined<Fields extends object>(fields: Fields): Defined<Fields> {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as Defined<Fields>;
}
