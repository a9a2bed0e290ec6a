/**
 * @file Who may import whom, as one table and as the rules of dependency-cruiser made from it. The reasons are in
 * docs/architecture.md. `checkLayers.mjs` applies them, and compares the table with the rooms' tsconfig files.
 */

const path = require('node:path');

/**
 * Every room, what it may import of ours, and the minimum number of source files that a complete check finds.
 * A room marked as an entry is started or read by something other than an import.
 */
const ROOMS = {
  'core/api': { imports: [], minFiles: 2 },
  'core/files': { imports: ['core/api'], minFiles: 5 },
  'core/texts': { imports: ['core/api'], minFiles: 4 },
  'core/tiling': { imports: ['core/api'], minFiles: 2 },
  'core/quality': { imports: ['core/api', 'core/tiling'], minFiles: 3 },
  'core/report': { imports: ['core/api', 'core/texts'], minFiles: 5 },
  'core/onnx': { imports: [], minFiles: 4 },
  'core/models': { imports: ['core/api', 'core/onnx'], minFiles: 2 },
  'core/foreign': { imports: ['core/api', 'core/onnx'], minFiles: 15 },
  'core/engine': {
    imports: ['core/api', 'core/files', 'core/tiling', 'core/onnx', 'core/models'],
    minFiles: 3,
  },
  'core/metadata': { imports: ['core/api'], minFiles: 20 },
  'core/image': { imports: ['core/api', 'core/files', 'core/metadata'], minFiles: 4 },
  'core/store': { imports: ['core/api', 'core/files'], minFiles: 5 },
  'core/log': { imports: ['core/files'], minFiles: 2 },
  'core/jobs': { imports: ['core/api', 'core/files'], minFiles: 2 },
  'core/watch': { imports: ['core/api', 'core/files', 'core/image', 'core/jobs'], minFiles: 5 },
  'core/pool': { imports: ['core/api'], minFiles: 2 },
  'core/media': { imports: ['core/api', 'core/files', 'core/pool'], minFiles: 4 },
  'core/machines': { imports: ['core/api', 'core/files', 'core/pool'], minFiles: 5 },
  'core/worker': {
    imports: [
      'core/api',
      'core/metadata',
      'core/tiling',
      'core/quality',
      'core/onnx',
      'core/models',
      'core/foreign',
      'core/engine',
      'core/image',
      'core/jobs',
      'core/pool',
      'core/media',
    ],
    minFiles: 2,
    isEntry: true,
  },
  'core/host': {
    imports: [
      'core/api',
      'core/files',
      'core/models',
      'core/foreign',
      'core/report',
      'core/store',
      'core/jobs',
      'core/pool',
      'core/image',
      'core/engine',
      'core/media',
      'core/watch',
    ],
    minFiles: 1,
  },
  'core/sharing': {
    imports: ['core/api', 'core/files', 'core/store', 'core/pool', 'core/machines', 'core/host'],
    minFiles: 2,
  },
  'core/server': { imports: ['core/api', 'core/files', 'core/media'], minFiles: 10 },
  cli: {
    imports: [
      'core/api',
      'core/files',
      'core/quality',
      'core/models',
      'core/engine',
      'core/image',
      'core/log',
      'core/store',
      'core/jobs',
      'core/host',
      'core/pool',
      'core/tiling',
      'core/media',
      'core/watch',
      'core/server',
      'core/machines',
      'core/sharing',
    ],
    minFiles: 4,
    isEntry: true,
  },
  renderer: { imports: ['core/api', 'core/texts'], minFiles: 10, isEntry: true },
  electron: {
    imports: [
      'core/api',
      'core/texts',
      'core/files',
      'core/log',
      'core/host',
      'core/pool',
      'core/media',
      'core/image',
      'core/sharing',
    ],
    minFiles: 10,
    isEntry: true,
  },
  tests: {
    imports: [
      'core/api',
      'core/texts',
      'core/files',
      'core/tiling',
      'core/quality',
      'core/report',
      'core/onnx',
      'core/models',
      'core/foreign',
      'core/engine',
      'core/metadata',
      'core/image',
      'core/log',
      'core/store',
      'core/jobs',
      'core/worker',
      'core/pool',
      'core/host',
      'core/watch',
      'core/media',
      'core/server',
      'core/machines',
      'core/sharing',
      'cli',
      'renderer',
      'electron',
    ],
    minFiles: 10,
    isEntry: true,
  },
};

/** Rooms without `node:` modules: pure computation, which runs anywhere, and the window, which runs in a page. */
const PURE_ROOMS = ['core/api', 'core/texts', 'core/tiling', 'core/quality', 'renderer'];

/** Packages that one room keeps to itself, so that replacing one touches one room; a second room needs a reason. */
const PACKAGE_OWNERS = [
  { packages: ['sharp', '@img', 'libheif-js', 'wasm-vips'], room: 'core/image' },
  { packages: ['onnxruntime-node', 'onnxruntime-common'], room: 'core/engine' },
  { packages: ['@tensorflow'], room: 'core/engine' },
  { packages: ['@hono'], room: 'core/server' },
  // The report escapes its HTML with Hono's template tag.
  { packages: ['hono'], room: 'core/server', alsoIn: ['core/report'] },
  { packages: ['chokidar'], room: 'core/watch' },
  { packages: ['libsql'], room: 'core/store' },
  { packages: ['pino', 'rotating-file-stream'], room: 'core/log' },
  { packages: ['bullmq', 'ioredis'], room: 'core/machines' },
  { packages: ['commander', 'cli-progress'], room: 'cli' },
  { packages: ['electron'], room: 'electron' },
];

const PRODUCTION = '^(core|cli|renderer|electron)/';

/** A pattern for all files of the given rooms. */
function inRooms(rooms) {
  return `^(${rooms.join('|')})/`;
}

function roomRule([room, { imports }]) {
  return {
    name: `imports-of-${room.replace('/', '-')}`,
    comment: `${room} may import ${imports.length > 0 ? imports.join(', ') : 'nothing of ours'}.`,
    severity: 'error',
    from: { path: inRooms([room]) },
    to: { path: '^(core|cli|renderer|electron|build)/', pathNot: inRooms([room, ...imports]) },
  };
}

function packageRule({ packages, room, alsoIn = [] }) {
  return {
    name: `only-${room.replace('/', '-')}-imports-${packages[0]}`,
    comment: `Only ${[room, ...alsoIn].join(' and ')} may import ${packages.join(', ')}.`,
    severity: 'error',
    from: { path: PRODUCTION, pathNot: inRooms([room, ...alsoIn]) },
    to: { path: `(^|node_modules/)(${packages.join('|')})(/|$)` },
  };
}

/**
 * The wings of rooms: which others each wing may import besides itself. Files that are directly in the room are open to
 * the wings only if `sharesRoot` is set.
 */
const WINGS = {
  'core/quality': {
    sharesRoot: false,
    wings: {
      planes: [],
      metrics: ['planes'],
      estimates: ['planes', 'metrics'],
      judging: ['planes', 'metrics', 'estimates'],
      choosing: ['estimates'],
    },
  },
  // The files of the room itself connect the wings, and define what all of them share.
  'core/host': {
    sharesRoot: true,
    wings: {
      models: [],
      devices: [],
      reports: [],
      estimates: [],
      queue: ['estimates', 'reports'],
      batches: ['estimates', 'queue', 'reports'],
      watching: ['queue'],
      methods: ['batches', 'estimates', 'models', 'queue', 'reports'],
      owner: ['batches', 'models', 'watching'],
    },
  },
};

function wingRules([room, { sharesRoot, wings }]) {
  const folders = (names) => `^${room}/(${names.join('|')})/`;
  return Object.entries(wings).map(([wing, imports]) => ({
    name: `imports-of-${path.basename(room)}-${wing}`,
    comment: `${room}/${wing} may import ${imports.length > 0 ? imports.join(', ') : 'no other wing'}.`,
    severity: 'error',
    from: { path: folders([wing]) },
    to: {
      path: `^${room}/`,
      pathNot: [folders([wing, ...imports]), ...(sharesRoot ? [`^${room}/[^/]+$`] : [])],
    },
  }));
}

const forbidden = [
  ...Object.entries(ROOMS).map(roomRule),
  ...PACKAGE_OWNERS.map(packageRule),
  ...Object.entries(WINGS).flatMap(wingRules),
  {
    name: 'pure-rooms-without-node',
    comment: 'The contract, the tiling, the metrics and the window run anywhere: no node: modules.',
    severity: 'error',
    from: { path: inRooms(PURE_ROOMS) },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'computing-rooms-without-packages',
    comment: 'Tiling and metrics are our own arithmetic: no packages.',
    severity: 'error',
    from: { path: inRooms(['core/tiling', 'core/quality']) },
    to: { path: '(^|/)node_modules/' },
  },
  {
    name: 'production-without-tests',
    comment: 'Nothing that is shipped may import a test.',
    severity: 'error',
    from: { path: PRODUCTION },
    to: { path: '^tests/' },
  },
  {
    name: 'production-without-development-packages',
    comment:
      'What is shipped imports only what package.json lists under "dependencies", and Electron from itself.',
    severity: 'error',
    // The window's packages are put into its files at build time.
    from: { path: PRODUCTION, pathNot: inRooms(['renderer']) },
    to: {
      pathNot: '(^|node_modules/)electron/',
      dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
    },
  },
  {
    name: 'no-cycles',
    comment: 'Two files that need each other should be one, or share a third.',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-unresolvable-imports',
    comment: 'An import that leads nowhere would escape every other rule.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
];

module.exports = { ROOMS, WINGS, forbidden };
