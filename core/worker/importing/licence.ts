/** The author's statements in the file. */
export interface StatedInFile {
  readonly licence: string | undefined;
  readonly author: string | undefined;
}

const MAX_CHARACTERS = 200;

function textOf(metadata: ReadonlyMap<string, string>, keys: readonly string[]): string | undefined {
  const found = keys
    .map((key) => metadata.get(key)?.trim())
    .find((text) => text !== undefined && text !== '');
  return found?.slice(0, MAX_CHARACTERS);
}

/** Reads the fields of a `.safetensors` file, under the names in common use. */
export function statedIn(metadata: ReadonlyMap<string, string>): StatedInFile {
  return {
    licence: textOf(metadata, ['modelspec.license', 'license', 'licence']),
    author: textOf(metadata, ['modelspec.author', 'author']),
  };
}

/** Whether a licence's name forbids commercial use, e.g. `CC-BY-NC-SA-4.0`. */
export function isNonCommercial(licence: string): boolean {
  return /(^|[^a-z])nc([^a-z]|$)|non[- ]?commercial|research[- ]only|personal[- ]use/i.test(licence);
}
