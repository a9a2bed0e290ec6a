/**
 * @file Finds exports that nothing uses: `node build/checkExports.mjs [folder]`. Prints each with its place and exits 1, also if it found
 * too few files. Code of the program that only tests use is reported, too. A type counts as used where another export of its file
 * names it, since callers of a function may name its parameters and its result.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const CHECKOUT = fileURLToPath(new URL('..', import.meta.url));
const FOLDERS = ['core', 'cli', 'renderer', 'electron', 'tests', 'build'];
const ENDINGS = /(?<!\.d)\.(?:[cm]?ts|mjs|cjs|svelte)$/;
const MIN_FILES = 800;

/** All exports are used: the module is loaded as a whole. */
const ALL = '*';

function sourceFiles(root) {
  return FOLDERS.filter((folder) => existsSync(path.join(root, folder))).flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && ENDINGS.test(entry.name))
      .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/')),
  );
}

/** The code of a file; of a component, its scripts, at the same offsets. */
function codeOf(file, text) {
  if (!file.endsWith('.svelte')) return text;
  const blank = (part) => part.replaceAll(/[^\n]/g, ' ');
  let code = '';
  let at = 0;
  for (const { 0: whole, 1: start, 2: script, index } of text.matchAll(/(<script[^>]*>)([^]*?)<\/script>/g)) {
    code += blank(text.slice(at, index + start.length)) + script;
    at = index + whole.length - '</script>'.length;
  }
  return code + blank(text.slice(at));
}

function namesOfBinding(name) {
  return ts.isIdentifier(name)
    ? [name]
    : name.elements.flatMap((element) => (ts.isBindingElement(element) ? namesOfBinding(element.name) : []));
}

/** The names that a statement declares and exports, each with its node. */
function exportedNames(statement) {
  if (ts.isExportDeclaration(statement)) {
    const { exportClause: clause } = statement;
    return clause !== undefined && ts.isNamedExports(clause) ? clause.elements.map(({ name }) => name) : [];
  }
  const isExported =
    ts.canHaveModifiers(statement) &&
    ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
  if (!isExported) return [];
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => namesOfBinding(name));
  }
  const isDefault = ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
  return statement.name === undefined || isDefault ? [] : [statement.name];
}

function isType(statement) {
  return ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
}

/** How often each name is mentioned in a part of a file. */
function mentionsIn(node, counts = new Map()) {
  if (ts.isIdentifier(node)) counts.set(node.text, (counts.get(node.text) ?? 0) + 1);
  ts.forEachChild(node, (child) => {
    mentionsIn(child, counts);
  });
  return counts;
}

/** The exports of a file, and whether its own code uses them: a type, where another export names it. */
function exportsOf(source) {
  const statements = source.statements.map((statement) => ({
    statement,
    names: exportedNames(statement),
    mentions: mentionsIn(statement),
  }));
  return statements.flatMap(({ statement, names }) =>
    names.map((name) => ({
      name: name.text,
      line: source.getLineAndCharacterOfPosition(name.getStart(source)).line + 1,
      isType: isType(statement),
      isUsedHere: statements.some(
        (other) =>
          other.statement !== statement &&
          other.mentions.has(name.text) &&
          !(isType(statement) && other.names.length === 0),
      ),
    })),
  );
}

/** The names taken from a module that is loaded by `import()`. */
function namesOfDynamicImport(call) {
  let { parent } = call;
  while (ts.isAwaitExpression(parent) || ts.isParenthesizedExpression(parent)) parent = parent.parent;
  if (ts.isPropertyAccessExpression(parent)) return [parent.name.text];
  if (ts.isVariableDeclaration(parent) && ts.isObjectBindingPattern(parent.name)) {
    return parent.name.elements.map(({ name, propertyName }) => (propertyName ?? name).text);
  }
  return [ALL];
}

function namesOfImport({ importClause: clause }) {
  const bindings = clause?.namedBindings;
  if (bindings === undefined) return [];
  if (ts.isNamespaceImport(bindings)) return [ALL];
  return bindings.elements.map(({ name, propertyName }) => (propertyName ?? name).text);
}

function namesOfReexport({ exportClause: clause }) {
  if (clause === undefined || !ts.isNamedExports(clause)) return [ALL];
  return clause.elements.map(({ name, propertyName }) => (propertyName ?? name).text);
}

/** Every import of a file: from where, and which names. */
function* importsOf(source) {
  const found = [];
  const visit = (node) => {
    if (ts.isImportDeclaration(node)) found.push([node.moduleSpecifier, namesOfImport(node)]);
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
      found.push([node.moduleSpecifier, namesOfReexport(node)]);
    } else if (ts.isImportTypeNode(node)) {
      found.push([node.argument.literal, node.qualifier === undefined ? [ALL] : [node.qualifier.text]]);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      found.push([node.arguments[0], namesOfDynamicImport(node)]);
    }
    ts.forEachChild(node, (child) => {
      visit(child); // returns nothing, since any value would end the walk
    });
  };
  visit(source);
  for (const [specifier, names] of found) {
    if (specifier !== undefined && ts.isStringLiteralLike(specifier)) yield { from: specifier.text, names };
  }
}

function readFile(root, file) {
  const text = readFileSync(path.join(root, file), 'utf8');
  const source = ts.createSourceFile(`${file}.ts`, codeOf(file, text), ts.ScriptTarget.Latest, true);
  const exports = exportsOf(source);
  const imports = [...importsOf(source)]
    .filter(({ from }) => from.startsWith('.'))
    .map(({ from, names }) => ({
      // Scripts import compiled files.
      file: path.posix.join(path.posix.dirname(file), from).replace(/^dist\/(.*)\.js$/, '$1.ts'),
      names,
    }));
  return { file, exports, imports };
}

function isTest(file) {
  return file.startsWith('tests/');
}

/** Why an export is not needed; undefined for one that is. */
function problemOf({ isType: ofType, isUsedHere }, users, isOfTests) {
  if (users.some((user) => isOfTests || !isTest(user))) return undefined;
  if (ofType) return isUsedHere || users.length > 0 ? undefined : 'is a type that nothing uses';
  if (users.length === 0) return isUsedHere ? 'is used in its own file only' : 'is not used';
  return isUsedHere ? undefined : 'is used by tests only';
}

/** @returns One line for each export that is not needed. */
function unusedExports(files) {
  const uses = new Map();
  for (const { file: from, imports } of files) {
    for (const { file, names } of imports) {
      for (const name of names) {
        const key = `${file} ${name}`;
        uses.set(key, [...(uses.get(key) ?? []), from]);
      }
    }
  }
  return files.flatMap(({ file, exports }) =>
    exports.flatMap((each) => {
      const users = [`${file} ${each.name}`, `${file} ${ALL}`].flatMap((key) => uses.get(key) ?? []);
      const problem = problemOf(each, users, isTest(file));
      return problem === undefined ? [] : [`${file}:${each.line}: ${each.name} ${problem}`];
    }),
  );
}

const root = path.resolve(process.argv[2] ?? CHECKOUT);
const names = sourceFiles(root);
const problems = unusedExports(names.map((file) => readFile(root, file)));
const isThin = process.argv[2] === undefined && names.length < MIN_FILES;
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.stderr.write(
  `Exports: ${names.length} files, ${problems.length} unused${isThin ? '; too few files' : ''}.\n`,
);
process.exitCode = problems.length > 0 || isThin ? 1 : 0;
