import { expect } from 'vitest';
import { startTestServer, type TestServer } from './browserServer.ts';
import { exchange, requestBytes, type RawRequest } from './rawHttp.ts';
import type { Attack, AttackContext } from './serverAttacks/attackRequests.ts';
import { harmlessRequests, serverAttacks } from './serverAttacks/serverAttacks.ts';

/** Methods that the attacks try to reach. */
const REACHED = [
  'startQueue',
  'addBatch',
  'inspectSources',
  'listRoot',
  'previewCrop',
  'savePreset',
  'addWatchedFolder',
  'updateWatchedFolder',
];

/** A server whose host would do anything on request. */
export async function startVictim(): Promise<AttackContext> {
  const answers = Object.fromEntries(REACHED.map((method) => [method, () => ({ done: true })]));
  const media = new Map([['a'.repeat(32), { contentType: 'image/png', bytes: new Uint8Array(4) }]]);
  const server = await startTestServer({ answers, media });
  const other = await startTestServer();
  return { server, session: await server.enter(), foreign: await other.enter() };
}

interface Answer {
  /** 0 if the connection was cut. */
  readonly status: number;
  readonly isAccepted: boolean;
}

export interface Outcome extends Answer {
  readonly attack: Attack;
}

/** The effects of a request in the server, whatever its answer. */
function traces({ host, places }: TestServer): number {
  return host.calls.length + places.uploads.kept().length + host.listeners;
}

/** A request counts as accepted if it reached the host, stored a file, or was not refused. */
async function tryRequest({ server }: AttackContext, request: RawRequest): Promise<Answer> {
  const before = traces(server);
  const isClosing = request.headers.some(([name]) => name === 'Connection');
  const headers = isClosing ? request.headers : [...request.headers, ['Connection', 'close'] as const];
  const { status, body } = await exchange(server.running.port, requestBytes({ ...request, headers }));
  // Refusals of a method are sent with 200.
  const isRefusal = body.toString('utf8').startsWith('{"ok":false');
  const isAnswered = status > 0 && status < 400 && !(status === 200 && isRefusal);
  return { status, isAccepted: traces(server) !== before || isAnswered };
}

export async function attackAll(context: AttackContext): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const attack of serverAttacks(context)) {
    outcomes.push({ attack, ...(await tryRequest(context, attack.request)) });
  }
  return outcomes;
}

/** The parts of the attacks are accepted without the attack, so that each refusal is due to the attack. */
export async function expectHarmlessAccepted(context: AttackContext): Promise<void> {
  for (const [name, request] of Object.entries(harmlessRequests(context))) {
    expect(await tryRequest(context, request), name).toMatchObject({ status: 200, isAccepted: true });
  }
}

/** Our own page is still admitted, and the host carries out its requests. */
export async function expectAlive(server: TestServer): Promise<void> {
  const response = await server.call(await server.enter(), 'startQueue', {});
  expect(response.body.toString()).toBe('{"ok":true,"value":{"done":true}}');
}
