import { DEFAULT_JOB_SETTINGS } from '../../../core/api/jobSettings.ts';
import { pageHeaders, type Session, type TestServer } from '../../support/browserServer.ts';

export const BATCH = {
  sources: [] as unknown[],
  destination: { kind: 'downloads' } as unknown,
  settings: DEFAULT_JOB_SETTINGS,
  exists: 'skip',
  nameTemplate: '{dir}/{name}_{size}.{ext}',
  recursive: true,
  include: [],
  exclude: [],
  report: { measure: false, formats: [] } as unknown,
};

export const PROGRAM = {
  version: '1.0.0',
  platform: 'linux',
  capabilities: { localPaths: true, desktop: true, uploads: false },
  models: [],
  roots: [],
  hasSample: true,
};

export function upload(server: TestServer, session: Session, name: string, body: string) {
  const { port } = server.running;
  return server.send({
    method: 'PUT',
    target: `/api/uploads?name=${encodeURIComponent(name)}`,
    headers: [...pageHeaders(port, session), ['Content-Length', String(Buffer.byteLength(body))]],
    body,
  });
}

export function get(server: TestServer, target: string, session?: Session, more: [string, string][] = []) {
  return server.send({
    method: 'GET',
    target,
    headers: [...pageHeaders(server.running.port, session), ...more],
  });
}
