/** Braces are not expanded beyond this number of alternatives: each pair doubles it. */
const MAX_ALTERNATIVES = 64;

/** One token of a segment of a pattern: a character, `?`, `*`, or a set such as `[a-z]`. */
type Token =
  | { readonly kind: 'character'; readonly value: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'star' }
  | {
      readonly kind: 'set';
      readonly isNegated: boolean;
      readonly ranges: readonly (readonly [string, string])[];
    };

/** Tokens of one segment, or `**`: any number of segments. */
type Segment = readonly Token[] | 'globstar';

/** The end of the brace group that begins at `start`, and its parts; undefined for braces without a comma. */
function braceGroup(
  pattern: string,
  start: number,
): { readonly end: number; readonly parts: string[] } | undefined {
  const parts: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let at = start; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === '\\') at++;
    else if (character === '{') depth++;
    else if (character === ',' && depth === 1) {
      parts.push(pattern.slice(from, at));
      from = at + 1;
    } else if (character === '}' && --depth === 0) {
      return parts.length === 0 ? undefined : { end: at, parts: [...parts, pattern.slice(from, at)] };
    }
  }
  return undefined;
}

/** `{a,b}c` → `ac`, `bc`. */
function expandBraces(pattern: string): string[] {
  const done: string[] = [];
  const pending = [pattern];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const start = firstGroup(next);
    const group = start === undefined ? undefined : braceGroup(next, start);
    if (start === undefined || group === undefined || done.length + pending.length >= MAX_ALTERNATIVES) {
      done.push(next);
      continue;
    }
    const [before, after] = [next.slice(0, start), next.slice(group.end + 1)];
    pending.push(...group.parts.map((part) => before + part + after));
  }
  return done;
}

/** Where the first pair of braces with a comma begins. */
function firstGroup(pattern: string): number | undefined {
  for (let at = 0; at < pattern.length; at++) {
    if (pattern[at] === '\\') at++;
    else if (pattern[at] === '{' && braceGroup(pattern, at) !== undefined) return at;
  }
  return undefined;
}

function parseSet(
  characters: readonly string[],
  start: number,
): { readonly token: Token; readonly end: number } | undefined {
  const end = characters.indexOf(']', start + 2);
  if (end < 0) return undefined;
  const isNegated = characters[start + 1] === '!' || characters[start + 1] === '^';
  const inside = characters.slice(start + (isNegated ? 2 : 1), end);
  const ranges: [string, string][] = [];
  for (let at = 0; at < inside.length; at++) {
    const from = inside[at] ?? '';
    const isRange = inside[at + 1] === '-' && at + 2 < inside.length;
    ranges.push([from, isRange ? (inside[at + 2] ?? from) : from]);
    if (isRange) at += 2;
  }
  return { token: { kind: 'set', isNegated, ranges }, end };
}

function parseSegment(text: string): Segment {
  if (text === '**') return 'globstar';
  const characters = Array.from(text);
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? '';
    const set = character === '[' ? parseSet(characters, at) : undefined;
    if (set !== undefined) {
      tokens.push(set.token);
      at = set.end;
    } else if (character === '*') {
      if (tokens.at(-1)?.kind !== 'star') tokens.push({ kind: 'star' });
    } else if (character === '?') tokens.push({ kind: 'any' });
    else if (character === '\\') tokens.push({ kind: 'character', value: characters[++at] ?? '\\' });
    else tokens.push({ kind: 'character', value: character });
  }
  return tokens;
}

function accepts(token: Token, character: string): boolean {
  switch (token.kind) {
    case 'character':
      return token.value === character;
    case 'set':
      return token.ranges.some(([from, to]) => from <= character && character <= to) !== token.isNegated;
    default:
      return true;
  }
}

/**
 * Matches a sequence against a pattern with gaps, in time that is at most the product of both lengths: no pattern can
 * make it slow, as patterns can that become regular expressions.
 *
 * @param isGap Whether a part of the pattern stands for any number of items.
 */
function matchSequence<Part, Item>(
  pattern: readonly Part[],
  items: readonly Item[],
  isGap: (part: Part) => boolean,
  fits: (part: Part, item: Item) => boolean,
): boolean {
  // reached[i]: the pattern so far matches the first i items.
  let reached = items.map(() => false);
  reached.unshift(true);
  for (const part of pattern) {
    const next = new Array<boolean>(items.length + 1).fill(false);
    for (let count = 0; count <= items.length; count++) {
      const item = items[count - 1];
      next[count] = isGap(part)
        ? reached[count] === true || next[count - 1] === true
        : item !== undefined && reached[count - 1] === true && fits(part, item);
    }
    reached = next;
  }
  return reached[items.length] === true;
}

function matchesSegment(tokens: readonly Token[], name: string): boolean {
  return matchSequence(tokens, Array.from(name), (token) => token.kind === 'star', accepts);
}

function folded(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

/**
 * Compiles a glob: `*` and `?` within a name, `**` across folders, `[a-z]`, `[!a-z]`, `{png,jpg}`, `\` before a
 * literal character. Case and Unicode form do not matter.
 *
 * @returns Whether a path with `/` between its names matches as a whole.
 */
export function globMatcher(pattern: string): (path: string) => boolean {
  const alternatives = expandBraces(folded(pattern).replace(/^\.\//, '')).map((each) =>
    each.split('/').map(parseSegment),
  );
  return (path) => {
    const names = folded(path).split('/');
    return alternatives.some((segments) =>
      matchSequence(
        segments,
        names,
        (segment) => segment === 'globstar',
        (segment, name) => segment !== 'globstar' && matchesSegment(segment, name),
      ),
    );
  };
}
