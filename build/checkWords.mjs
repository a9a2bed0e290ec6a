/**
 * @file Looks for wording that the glossary rules out: `node build/checkWords.mjs [--counts] [folder]`. It reads the
 * comments, texts and names of TypeScript and JavaScript, Svelte components, Python's comments and Markdown. Prints
 * every hit, or with `--counts` how many each room has; exits 1 if there are any, or if it found too few files.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import ts from 'typescript';
import { sourceFiles } from './sourceFiles.mjs';
import { NAME_RULES, PROSE_RULES } from './wordRules.mjs';

const CHECKOUT = fileURLToPath(new URL('..', import.meta.url));
const FOLDERS = [
  'build',
  'cli',
  'core',
  'docs',
  'electron',
  'examples',
  'renderer',
  'resources',
  'tests',
  'training',
];
const ENDINGS = /\.(?:[cm]?[jt]s|svelte|md|py)$/;
const MIN_FILES = 600;

/** Files that have to contain such words: the rules, their test, and licences in the words of their authors. */
const EXEMPT = ['build/wordRules.mjs', 'tests/unit/words.test.ts', 'THIRD_PARTY_NOTICES.md'];

/** Everything but line breaks blanked out by `mark`, so that offsets stay as they are. */
function blank(text, mark) {
  return text.replaceAll(/[^\n]+/g, (run) => mark.repeat(run.length));
}

/** A file of which only prose is left; code has become NUL, line breaks and offsets are kept. */
class Mask {
  #text;
  #kept = [];

  constructor(text) {
    this.#text = text;
  }

  /** Keeps a part, at equal length; parts do not overlap. */
  keep(start, end, clean = (text) => text) {
    const prose = clean(this.#text.slice(start, end)).replaceAll(/`[^`\n]*`/g, (code) => blank(code, '\0'));
    this.#kept.push({ start, end, prose });
  }

  toString() {
    let at = 0;
    let whole = '';
    for (const { start, end, prose } of this.#kept.toSorted((a, b) => a.start - b.start)) {
      whole += blank(this.#text.slice(at, start), '\0') + prose;
      at = end;
    }
    return whole + blank(this.#text.slice(at), '\0');
  }
}

/** A comment without its markers, at equal length. */
function withoutMarkers(comment) {
  return comment.replaceAll(/\/\/|\/\*+|\*+\/|^[ \t]*\*/gm, (marker) => blank(marker, ' '));
}

/** Whether a string is for people: values, paths and keys have no spaces. */
function isSentence(text) {
  return /\p{L}\s+\p{L}|\s%/u.test(text);
}

/** Visits every node of a syntax tree in order; not its tokens, which would take most of the time. */
function visit(node, onNode) {
  onNode(node);
  ts.forEachChild(node, (child) => {
    visit(child, onNode); // returns nothing, since any value would end the walk
  });
}

const STRINGS = new Set([
  ts.SyntaxKind.StringLiteral,
  ts.SyntaxKind.NoSubstitutionTemplateLiteral,
  ts.SyntaxKind.TemplateHead,
  ts.SyntaxKind.TemplateMiddle,
  ts.SyntaxKind.TemplateTail,
]);

/** Property names may be published ones; everything else is a name of our choice. */
function isProperty(node) {
  const { parent } = node;
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isBindingElement(parent) && parent.propertyName === node) ||
    ((ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent)) && parent.name === node)
  );
}

const LITERALS = new Set([...STRINGS, ts.SyntaxKind.RegularExpressionLiteral]);

/** Where comments are, given the literals of a file in order: what looks like a comment in one of them is not. */
function* commentsOf(text, literals) {
  let at = 0;
  let code = '';
  for (const { start, end } of literals) {
    code += text.slice(at, start) + blank(text.slice(start, end), ' ');
    at = end;
  }
  code += text.slice(at);
  for (const { 0: comment, index } of code.matchAll(/\/\*[^]*?\*\/|\/\/.*/g)) {
    yield { start: index, end: index + comment.length };
  }
}

function readCode(text, name) {
  const options = {
    languageVersion: ts.ScriptTarget.Latest,
    jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
  };
  const source = ts.createSourceFile(name, text, options, true);
  const mask = new Mask(text);
  const names = [];
  const literals = [];
  visit(source, (node) => {
    const start = node.getStart(source);
    if (ts.isIdentifier(node)) names.push({ text: node.text, at: start, isProperty: isProperty(node) });
    if (LITERALS.has(node.kind)) literals.push({ start, end: node.end });
    if (STRINGS.has(node.kind) && isSentence(node.text)) mask.keep(start + 1, node.end - 1);
  });
  for (const { start, end } of commentsOf(text, literals)) mask.keep(start, end, withoutMarkers);
  return { prose: mask.toString(), names };
}

function readMarkdown(text) {
  const mask = new Mask(text);
  mask.keep(0, text.length, (whole) =>
    whole.replaceAll(/^ *```[^]*?^ *```|^ {4}.*$|\]\([^)\n]*\)/gm, (code) => blank(code, '\0')),
  );
  return { prose: mask.toString(), names: [] };
}

/** Scripts and texts of a component; its markup is read like text, which its tags do not disturb. */
function readComponent(text, name) {
  const script = /<script[^>]*>([^]*?)<\/script>/.exec(text);
  const markup = new Mask(text);
  markup.keep(0, text.length, (whole) =>
    whole.replaceAll(/<(script|style)[^]*?<\/\1>|\{[^{}]*\}|\bvalue="[^"]*"/g, (code) => blank(code, '\0')),
  );
  const parts = [{ prose: markup.toString(), names: [] }];
  if (script !== null) {
    const before = blank(text.slice(0, script.index + script[0].indexOf('>') + 1), ' ');
    parts.push(readCode(before + script[1], `${name}.ts`));
  }
  return parts;
}

/** Comments and doc strings of Python. */
function readPython(text) {
  const mask = new Mask(text);
  for (const { 0: part, index } of text.matchAll(/"""[^]*?"""|#.*$/gm)) {
    mask.keep(index, index + part.length, (found) =>
      found.replaceAll(/"""|^#+/gm, (mark) => blank(mark, ' ')),
    );
  }
  return { prose: mask.toString(), names: [] };
}

function readParts(file, text) {
  if (file.endsWith('.md')) return [readMarkdown(text)];
  if (file.endsWith('.py')) return [readPython(text)];
  return file.endsWith('.svelte') ? readComponent(text, file) : [readCode(text, file)];
}

function* proseHits(prose) {
  for (const { pattern, instead } of PROSE_RULES) {
    for (const { 0: found, index } of prose.matchAll(pattern)) {
      yield { at: index, found: found.replaceAll(/[\s\0]+/g, ' '), instead };
    }
  }
}

function* nameHits(names) {
  for (const { text, at, isProperty: isPublished } of names) {
    const rule = NAME_RULES.find(({ pattern }) => pattern.test(text));
    if (rule !== undefined && !(isPublished && rule.except?.includes(text))) {
      yield { at, found: text, instead: rule.instead };
    }
  }
}

function hitsOf(root, file) {
  const text = readFileSync(path.join(root, file), 'utf8');
  return readParts(file, text)
    .flatMap(({ prose, names }) => [...proseHits(prose), ...nameHits(names)])
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, found, instead }) => ({ line: text.slice(0, at).split('\n').length, found, instead }));
}

/** All files with prose. */
function filesOf(root) {
  return sourceFiles(root, FOLDERS).filter((file) => ENDINGS.test(file) && !EXEMPT.includes(file));
}

function roomOf(file) {
  const folders = file.split('/').slice(0, -1);
  return folders.slice(0, folders[0] === 'core' || folders[0] === 'tests' ? 2 : 1).join('/') || '.';
}

const { values, positionals } = parseArgs({
  options: { counts: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const root = path.resolve(positionals[0] ?? CHECKOUT);
const files = filesOf(root);
const hits = files.flatMap((file) => hitsOf(root, file).map((hit) => ({ file, ...hit })));
const isThin = positionals[0] === undefined && files.length < MIN_FILES;

if (values.counts) {
  const counts = new Map();
  for (const { file } of hits) counts.set(roomOf(file), (counts.get(roomOf(file)) ?? 0) + 1);
  for (const [room, count] of [...counts].sort())
    process.stdout.write(`${String(count).padStart(5)} ${room}\n`);
} else {
  for (const { file, line, found, instead } of hits) {
    process.stderr.write(`${file}:${line}: “${found}” → ${instead}\n`);
  }
}
process.stderr.write(
  `Words: ${files.length} files, ${hits.length} hits${isThin ? '; too few files' : ''}.\n`,
);
process.exitCode = hits.length > 0 || isThin ? 1 : 0;
