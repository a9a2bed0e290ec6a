import type { RawRequest } from '../rawHttp.ts';
import { DEFAULT_JOB_SETTINGS } from '../../../core/api/jobSettings.ts';
import {
  call,
  without,
  having,
  table,
  BATCH,
  batchOf,
  listOf,
  uploadOf,
  type Attack,
  type AttackContext,
} from './attackRequests.ts';

export function placeAttacks(context: AttackContext): Attack[] {
  const { server } = context;
  const inside = { kind: 'root', rootId: server.places.roots.all[0]?.id ?? '', relative: 'inside.png' };
  const add = (changes: object): RawRequest => batchOf(context, changes);
  const watched = { presetId: 'p', settleMs: 2000, include: [], exclude: [], recursive: true, paused: false };
  const preview = { crop: { x: 0, y: 0, width: 8, height: 8 }, settings: DEFAULT_JOB_SETTINGS };
  const path = { kind: 'path', path: '/etc/passwd' };
  return table('place', {
    'a path as source': add({ sources: [path] }),
    'a path among sources': add({ sources: [inside, path] }),
    'a path as destination': add({ destination: { kind: 'path', path: '/tmp' } }),
    'next to sources, up a folder': add({ destination: { kind: 'beside', folderName: '..' } }),
    'next to sources, far away': add({ destination: { kind: 'beside', folderName: '../../tmp' } }),
    'next to an upload': add({
      sources: [{ kind: 'upload', uploadId: 'x' }],
      destination: { kind: 'beside', folderName: 'out' },
    }),
    'a template that climbs': add({ nameTemplate: '../../{name}.{ext}' }),
    'a template with backslashes': add({ nameTemplate: '..\\..\\{name}.{ext}' }),
    'a report elsewhere': add({ report: { measure: true, formats: ['html'], folder: '/etc' } }),
    'an inspected path': call(context, 'inspectSources', {
      sources: [{ kind: 'path', path: '/etc' }],
      settings: DEFAULT_JOB_SETTINGS,
      recursive: true,
    }),
    'a path previewed': call(context, 'previewCrop', { ...preview, source: path }),
    'a model at a path': call(context, 'addModels', { sources: [path] }),
    'a preset with a path': call(context, 'savePreset', {
      id: 'p',
      name: 'p',
      batch: { ...BATCH, destination: { kind: 'path', path: '/etc' } },
    }),
    'a folder watched by its path': call(context, 'addWatchedFolder', { folder: '/etc', ...watched }),
    'a folder watched up and away': call(context, 'addWatchedFolder', {
      folder: 'Photos/../../..',
      ...watched,
    }),
    'originals moved away': call(context, 'updateWatchedFolder', { id: 1, moveOriginalsTo: '/tmp' }),
    'a method of objects': call(context, 'constructor'),
    'a method of prototypes': call(context, '__proto__'),
    'a method that does not exist': call(context, 'readFile', { path: '/etc/passwd' }),
  });
}

/** Names of results that are hidden or not those of an image, by the template that would create them. */
export const BAD_TEMPLATES = [
  '{name}',
  '{name}.png',
  '{name}.{ext}.exe',
  '{name}.{ext} ',
  '{name}.{ext}/',
  '{name}.desktop',
  '{name}.{ext}\0.sh',
  'authorized_keys',
  '.bashrc',
  '.{ext}',
  '.ssh/{name}.{ext}',
  '{dir}/.config/autostart/{name}.{ext}',
  '{dir}.{ext}',
  '{dir}/.{name}.{ext}',
  '{dir}.hidden/{name}.{ext}',
  '/.{name}.{ext}',
  './{name}.{ext}',
  '{name}/../{name}.{ext}',
  '{dir}/../../{name}.{ext}',
  '..{dir}/{name}.{ext}',
  'C:{name}.{ext}',
  '{name}:stream.{ext}',
  '\\\\server\\share\\{name}.{ext}',
  '{name}.{EXT}',
  '{name}.{ext}{ext}x',
] as const;

export function nameAttacks(context: AttackContext): Attack[] {
  const rootId = context.server.places.roots.all[0]?.id ?? '';
  const add = (changes: object): RawRequest => batchOf(context, changes);
  const preset = (changes: object): RawRequest =>
    call(context, 'savePreset', { id: 'p', name: 'p', batch: { ...BATCH, ...changes } });
  const watched = { presetId: 'p', settleMs: 2000, include: [], exclude: [], recursive: true, paused: false };
  const hiddenFolders = ['.ssh', 'a/.git', '.', '.config/autostart'];
  return table('name', {
    ...Object.fromEntries(
      BAD_TEMPLATES.map((nameTemplate) => [JSON.stringify(nameTemplate), add({ nameTemplate })]),
    ),
    ...Object.fromEntries(
      hiddenFolders.map((relative) => [
        `results in ${relative}`,
        add({ destination: { kind: 'root', rootId, relative } }),
      ]),
    ),
    'results in a hidden folder next to sources': add({
      destination: { kind: 'beside', folderName: '.ssh' },
    }),
    'results next to sources, by a drive': add({ destination: { kind: 'beside', folderName: 'C:' } }),
    'results through a link': add({ destination: { kind: 'root', rootId, relative: 'out' } }),
    'results below a link': add({ destination: { kind: 'root', rootId, relative: 'out/elsewhere' } }),
    'a preset with a bad name': preset({ nameTemplate: '{name}.sh' }),
    'a preset with hidden names': preset({ nameTemplate: '.{name}.{ext}' }),
    'originals moved into a hidden folder': call(context, 'updateWatchedFolder', {
      id: 1,
      moveOriginalsTo: 'Photos/.trash',
    }),
    'a report in a hidden place that is a link': add({
      report: { measure: true, formats: ['html'], folder: 'Photos/out' },
    }),
    'a thousand patterns': add({ include: Array.from({ length: 1000 }, () => '*.png') }),
    'a pattern of 16 KB': add({ exclude: ['*a'.repeat(8192)] }),
    'a watched folder with a thousand patterns': call(context, 'addWatchedFolder', {
      ...watched,
      folder: 'Photos',
      include: Array.from({ length: 1000 }, () => '*.png'),
    }),
  });
}

export function listAttacks(context: AttackContext): Attack[] {
  const ways = [
    '..',
    '../..',
    './..',
    '.',
    '/',
    '/etc',
    'inside.png/..',
    'inside.png/../..',
    'a//b',
    'a/',
    '..\\..',
    '..\\..\\etc',
    'out',
    'out/elsewhere',
    'out/../inside.png',
    'a\0b',
    '\0',
  ];
  return table('list', {
    ...Object.fromEntries(ways.map((relative) => [JSON.stringify(relative), listOf(context, { relative })])),
    'an unknown root': listOf(context, { rootId: 'f'.repeat(16) }),
    'the root’s path as its id': listOf(context, { rootId: context.server.rootFolder }),
    'a root of prototypes': listOf(context, { rootId: '__proto__' }),
    'no root': listOf(context, { rootId: '' }),
    'places as lists': listOf(context, { relative: ['..'] }),
    'from below zero': listOf(context, { offset: -1 }),
    'all at once': listOf(context, { limit: 1e9 }),
    'another field': listOf(context, { path: '/etc' }),
    'without the session’s word': without(listOf(context), 'X-Enlarger-CSRF'),
    'of a foreign page': having(listOf(context), ['Origin', 'http://evil.com']),
  });
}

export function uploadAttacks(context: AttackContext): Attack[] {
  const upload = (length: string): RawRequest => uploadOf(context, length);
  return table('upload', {
    'no word': without(upload('5'), 'X-Enlarger-CSRF'),
    'no cookie': without(upload('5'), 'Cookie'),
    'no length': having(without(upload('5'), 'Content-Length'), ['Transfer-Encoding', 'chunked']),
    'no name': { ...upload('5'), target: '/api/uploads' },
    'too long': upload(String(2 ** 31)),
    'as POST': { ...upload('5'), method: 'POST' },
    'foreign Origin': having(upload('5'), ['Origin', 'http://evil.com']),
    'a path in the address': { ...upload('5'), target: '/api/uploads/..%2fa.png?name=a.png' },
    'an undecodable name': { ...upload('5'), target: '/api/uploads?name=%' },
    'a name that is not UTF-8': { ...upload('5'), target: '/api/uploads?name=%ff' },
  });
}
