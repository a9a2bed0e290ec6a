import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { Bundle } from '../../../electron/bundle.ts';
import { SECURITY_HEADERS } from '../../../core/server/securityHeaders.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

function makeBundleFolder(): string {
  const folder = path.join(temporaryFolder(), 'bundle');
  mkdirSync(path.join(folder, 'assets'), { recursive: true });
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html>');
  writeFileSync(path.join(folder, 'assets', 'a.js'), 'void 0');
  writeFileSync(path.join(folder, 'assets', 'sample.JPG'), 'pixels');
  writeFileSync(path.join(folder, 'assets', 'a.js.map'), '{}');
  writeFileSync(path.join(folder, '..', 'secret.js'), 'secret');
  return folder;
}

test('built files are served with their type and under a strict policy', async () => {
  const bundle = new Bundle(makeBundleFolder());
  const page = await bundle.answer({ url: 'app://bundle/', method: 'GET' });
  expect(await page.text()).toBe('<!doctype html>');
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(page.headers.get('content-security-policy')).toMatch(
    /^default-src 'none'; script-src 'self'; style-src 'self';/,
  );
  const script = await bundle.answer({ url: 'app://bundle/assets/a.js', method: 'GET' });
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
});

test.each([
  'app://bundle/..%2fsecret.js',
  'app://bundle/..%5csecret.js',
  'app://bundle/../secret.js',
  'app://bundle/%2e%2e/secret.js',
  'app://bundle/assets/..%2f..%2fsecret.js',
  'app://bundle/assets/a.js%00.png',
  'app://bundle/assets/a.js.map',
  'app://bundle/assets',
  'app://bundle//index.html',
  'app://bundle/INDEX.HTML',
  'app://elsewhere/index.html',
])('%s is not found', async (url) => {
  const bundle = new Bundle(makeBundleFolder());
  expect((await bundle.answer({ url, method: 'GET' })).status).toBe(404);
});

test('a photo in the bundle is served, whatever the case of its extension', async () => {
  const bundle = new Bundle(makeBundleFolder());
  const photo = await bundle.answer({ url: 'app://bundle/assets/sample.JPG', method: 'GET' });
  expect(photo.headers.get('content-type')).toBe('image/jpeg');
});

test('the policy is that of the server, but also allows images of the media protocol', async () => {
  const bundle = new Bundle(makeBundleFolder());
  const { headers } = await bundle.answer({ url: 'app://bundle/', method: 'GET' });
  const policy = headers.get('content-security-policy');
  expect(policy).toContain("img-src 'self' media: blob:");
  expect(policy?.replace(' media:', '')).toBe(SECURITY_HEADERS['Content-Security-Policy']);
});

test('only GET is answered', async () => {
  const bundle = new Bundle(makeBundleFolder());
  expect((await bundle.answer({ url: 'app://bundle/', method: 'POST' })).status).toBe(405);
});

test('a folder without a page is a program that was not built', () => {
  expect(() => new Bundle(temporaryFolder())).toThrow('npm run build');
});
