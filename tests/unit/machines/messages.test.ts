import { describe, expect, test } from 'vitest';
import { parsePresence, parseReport, parseWork } from '../../../core/machines/messages.ts';
import { PRESENCE, REPORT, WORK } from '../../support/machineMessages.ts';

/** JSON as it arrives, without values that JSON cannot represent. */
function sent(message: unknown): unknown {
  return JSON.parse(JSON.stringify(message));
}

test('valid messages are accepted as they were sent', () => {
  expect(parseWork(sent(WORK))).toEqual({ kind: 'ok', message: WORK });
  expect(parseReport(sent(REPORT))).toEqual({ kind: 'ok', message: REPORT });
  expect(parsePresence(JSON.stringify(PRESENCE))).toEqual({ kind: 'ok', message: PRESENCE });
});

/** Each is a message of ours with one error, or not one of ours. */
const HOSTILE_WORK: Readonly<Record<string, unknown>> = {
  'another program’s job': { to: 'someone@example.org', subject: 'hello' },
  nothing: null,
  'a text': 'work',
  'a list': [WORK],
  'a later protocol': { ...WORK, protocol: 2 },
  'no protocol': { ...WORK, protocol: undefined },
  'an unknown field': { ...WORK, command: 'rm -rf /' },
  'an absolute source': { ...WORK, source: { root: 'scans', path: '/etc/passwd' } },
  'a source above its root': { ...WORK, source: { root: 'scans', path: '../../etc/passwd' } },
  'a folder above its root': { ...WORK, folder: { root: 'scans', path: 'a/../..' } },
  'a root that is a path': { ...WORK, source: { root: '/etc', path: 'passwd' } },
  'a path with a NUL': { ...WORK, source: { root: 'scans', path: 'a\0.png' } },
  'a path of a megabyte': { ...WORK, source: { root: 'scans', path: 'a'.repeat(1_000_000) } },
  'a source without a root': { ...WORK, source: '/etc/passwd' },
  'an attempt that is a path': { ...WORK, attempt: '../../x' },
  'an attempt without a number': { ...WORK, attempt: '0123abcd-17' },
  'an attempt with a slash': { ...WORK, attempt: '0123abcd-17-1/../x' },
  'an endless attempt': { ...WORK, attempt: `0123abcd-17-${'1'.repeat(99)}` },
  'an unknown format': { ...WORK, format: 'exe' },
  'an unknown setting': { ...WORK, settings: { ...WORK.settings, script: 'x.js' } },
  'a setting out of range': { ...WORK, settings: { ...WORK.settings, strength: 7 } },
  'a factor of a billion': {
    ...WORK,
    settings: { ...WORK.settings, sizing: { kind: 'factor', factor: 1e9 } },
  },
  'a huge model name': { ...WORK, settings: { ...WORK.settings, model: 'm'.repeat(100_000) } },
  'a device that is a path': { ...WORK, settings: { ...WORK.settings, device: '/dev/sda' } },
  'a folder of models': { ...WORK, modelsFolder: '/tmp/models' },
  'a wrong hash': { ...WORK, modelHash: 'none' },
  'a size that is not one': { ...WORK, sourceBytes: -1 },
  'a coordinator that is a key': { ...WORK, coordinator: '*' },
};

describe('an invalid work message is refused with the reason', () => {
  test.each(Object.entries(HOSTILE_WORK))('%s', (_name, message) => {
    expect(parseWork(message)).toMatchObject({
      kind: 'invalid',
      problem: expect.stringMatching(/\S/) as string,
    });
  });
});

const { result } = { result: {}, ...REPORT.outcome };
const HOSTILE_REPORTS: Readonly<Record<string, unknown>> = {
  'an empty object': {},
  'an unknown outcome': { ...REPORT, outcome: { kind: 'published' } },
  'a result that names a path': {
    ...REPORT,
    outcome: { kind: 'finished', result: { ...result, path: '/etc' } },
  },
  'a result without its file': { ...REPORT, outcome: { kind: 'finished', result: { kind: 'enhanced' } } },
  'an unknown error code': { ...REPORT, outcome: { kind: 'failed', error: { code: 'x', message: '' } } },
  'an endless error': {
    ...REPORT,
    outcome: { kind: 'failed', error: { code: 'internal/bug', message: 'x'.repeat(1_000_000) } },
  },
  'a thousand warnings': {
    ...REPORT,
    outcome: { kind: 'finished', result: { ...result, warnings: Array<string>(1000).fill('x') } },
  },
  'a machine without a name': { ...REPORT, machine: { ...REPORT.machine, name: '' } },
};

describe('an invalid report is refused with the reason', () => {
  test.each(Object.entries(HOSTILE_REPORTS))('%s', (_name, message) => {
    expect(parseReport(message)).toMatchObject({
      kind: 'invalid',
      problem: expect.stringMatching(/\S/) as string,
    });
  });
});

describe('a machine that is not one of ours is not listed', () => {
  test.each([
    ['no JSON', '{'],
    ['another protocol', JSON.stringify({ ...PRESENCE, protocol: 0 })],
    ['no capacity', JSON.stringify({ ...PRESENCE, capacity: 0 })],
    ['a capacity without bounds', JSON.stringify({ ...PRESENCE, capacity: 1e9 })],
    ['a name of a megabyte', JSON.stringify({ ...PRESENCE, name: 'x'.repeat(1_000_000) })],
    ['a million roots', JSON.stringify({ ...PRESENCE, roots: Array<string>(1_000_000).fill('a') })],
  ])('%s', (_name, json) => {
    expect(parsePresence(json)).toMatchObject({ kind: 'invalid' });
  });
});
