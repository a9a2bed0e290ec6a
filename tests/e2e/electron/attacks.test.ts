import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DesktopBridge } from '../../../electron/channels.ts';
import { openBatch } from '../../support/openBatch.ts';
import { DEFAULT_PROGRAM_SETTINGS } from '../../../core/api/programSettings.ts';
import { startDesktop, suiteName, whyNoDesktop, type DesktopProgram } from '../../support/desktopProgram.ts';
import { callFromForeignWindow, showImage } from '../../support/desktopAttacks.ts';
import { ask } from '../../support/desktopSetting.ts';
import { openScreen, type Screen } from '../../support/screen.ts';

/** The globals of code in a page; this file's own code runs outside. */
declare const enlarger: DesktopBridge;
declare const document: { createElement(name: string): never };

const reason = whyNoDesktop();

describe.skipIf(reason !== undefined)(suiteName('the desktop window under attack', reason), () => {
  let screen: Screen;
  let program: DesktopProgram;
  let page: Page;
  const dataFolder = mkdtempSync(path.join(os.tmpdir(), 'enlarger-attack-'));

  beforeAll(async () => {
    screen = await openScreen();
    program = await startDesktop({ screen, dataFolder });
    ({ page } = program);
  });

  afterAll(async () => {
    await program.app.close();
    screen.close();
    rmSync(dataFolder, { recursive: true, force: true });
  });

  test('the page of the program itself is answered', async () => {
    expect(await ask(page, 'getSettings', {})).toMatchObject({ schema: 'enlarger.settings/1' });
  });

  test.each(['app://bundle/', 'app://elsewhere/'])('another window is refused: %s', async (url) => {
    expect(await callFromForeignWindow(program, url)).toEqual([
      {
        ok: false,
        error: { code: 'request/forbidden', message: 'Only the window of the program may call this.' },
      },
      'refused',
    ]);
  });

  test('the page can reach neither Node nor raw messages', async () => {
    const seen = await page.evaluate(() => ({
      bridge: Object.keys(enlarger).sort(),
      desktop: Object.keys(enlarger.desktop).sort(),
      node: ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer', 'global'].filter(
        (name) => name in globalThis,
      ),
    }));
    expect(seen).toEqual({
      bridge: ['call', 'desktop', 'subscribe'],
      desktop: [
        'chooseFiles',
        'chooseFolder',
        'chooseModelFiles',
        'dragResults',
        'keepPastedImage',
        'openResult',
        'pathOfFile',
        'revealResult',
        'saveFile',
        'sleep',
        'takeOpenedPaths',
        'watchOpened',
      ],
      node: [],
    });
  });

  test.each<[string, unknown]>([
    ['nothing', {}],
    ['__proto__', {}],
    ['constructor', {}],
    ['toString', {}],
    ['getJob', {}],
    ['getJob', { jobId: '1' }],
    ['getJob', { jobId: -1 }],
    ['getJob', { jobId: 1, extra: true }],
    ['getJob', null],
    ['getSettings', undefined],
    ['updateSettings', { schema: 'enlarger.settings/2' }],
    ['updateSettings', { theme: { $ne: 'dark' } }],
    ['addBatch', { spec: {}, startNow: true }],
    ['listJobs', { offset: 0, limit: 1e9 }],
  ])('bad input is refused: %s %j', async (name, input) => {
    const reply = await page.evaluate((call) => enlarger.call(call.name as 'getJob', call.input), {
      name,
      input,
    });
    expect(reply).toMatchObject({ ok: false, error: { code: 'request/invalid' } });
  });

  test('bad input to the desktop is refused', async () => {
    const refused = await page.evaluate(async () => {
      const attempts: Promise<unknown>[] = [
        enlarger.desktop.revealResult('../../etc/passwd' as unknown as number),
        enlarger.desktop.openResult(0),
        enlarger.desktop.dragResults(['../../etc/passwd'] as unknown as number[]),
        enlarger.desktop.dragResults(Array.from({ length: 1_001 }, () => 1)),
        enlarger.desktop.saveFile('x'.repeat(65), 'a.png'),
        enlarger.desktop.saveFile({} as unknown as string, 'a.png'),
        enlarger.desktop.keepPastedImage('x'.repeat(1_001), new Uint8Array(8)),
        enlarger.desktop.keepPastedImage('a.png', 'text' as unknown as Uint8Array),
      ];
      return (await Promise.allSettled(attempts)).map(({ status }) => status);
    });
    expect(refused).toEqual(Array.from({ length: 8 }, () => 'rejected'));
  });

  test('only images are kept when something is pasted, and only under their own path', async () => {
    const replies = await page.evaluate(async () => {
      const { desktop } = enlarger;
      const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);
      return [
        await desktop.keepPastedImage('../../../evil.png', png),
        await desktop.keepPastedImage('a.png', new Uint8Array(100)),
        await desktop.keepPastedImage('a.png', new Uint8Array(128 * 1024 * 1024 + 1)),
      ];
    });
    const kept = path.join(dataFolder, 'pasted');
    const [folder = ''] = readdirSync(kept);
    expect(replies.map((reply) => (reply.ok ? reply.value : reply.error.code))).toEqual([
      path.join(kept, folder, '__.._.._evil.png'),
      'image/unsupported-format',
      'upload/too-large',
    ]);
    expect(readdirSync(kept)).toEqual([folder]);
  });

  test('a request for a path that is not a result is refused', async () => {
    await expect(ask(page, 'openImage', { jobId: 999, which: 'result' })).rejects.toThrow('job/not-found');
  });

  test.each([
    'https://example.org/',
    'file:///etc/passwd',
    'app://elsewhere/',
    'data:text/html,x',
    'javascript:1',
  ])('nothing leads the window to %s', async (url) => {
    const before = page.url();
    await page.evaluate((target) => {
      Reflect.set(globalThis, 'location', target);
    }, url);
    await page.waitForTimeout(100);
    expect(page.url()).toBe(before);
    expect(await page.evaluate(() => Object.keys(enlarger).length)).toBe(3);
  });

  test('no page opens another window', async () => {
    const opened = await page.evaluate(() =>
      ['app://bundle/', 'https://example.org/', 'about:blank', ''].map((url) =>
        String((globalThis as unknown as { open(url: string): unknown }).open(url)),
      ),
    );
    expect(opened).toEqual(['null', 'null', 'null', 'null']);
    expect(program.app.windows()).toHaveLength(1);
  });

  test.each([
    'file:///etc/passwd',
    'app://bundle/..%2f..%2fpackage.json',
    'app://bundle/%2e%2e/package.json',
    'app://bundle/..%5c..%5cpackage.json',
    'app://bundle/package.json',
    'app://elsewhere/index.html',
    'https://example.org/',
    'http://127.0.0.1:9/',
    'ws://127.0.0.1:9/',
    'data:text/plain,x',
  ])('the page fetches nothing from %s', async (url) => {
    const status = await page.evaluate(
      (target) =>
        fetch(target).then(
          (response) => (response.ok ? 'fetched' : 'refused'),
          () => 'refused',
        ),
      url,
    );
    expect(status).toBe('refused');
  });

  test('images are shown by their id, which cannot be guessed', async () => {
    const file = path.join(dataFolder, 'picture.png');
    await sharp({ create: { width: 700, height: 700, channels: 3, background: '#456' } }).toFile(file);
    const spec = openBatch([file], DEFAULT_PROGRAM_SETTINGS);
    await ask(page, 'pauseQueue', {});
    await ask(page, 'addBatch', { spec, startNow: false });
    const { jobs } = await ask(page, 'listJobs', { offset: 0, limit: 1 });
    const jobId = jobs[0]?.id ?? 0;
    const { media } = await ask(page, 'openImage', { jobId, which: 'source' });
    expect(await showImage(page, `media://bundle/${media}/0/0/0`)).toBe(true);
    const guesses = [
      `media://bundle/${media}/0/99/99`,
      `media://bundle/${media.slice(0, -1)}${media.endsWith('0') ? '1' : '0'}/0/0/0`,
      `media://elsewhere/${media}/0/0/0`,
      `media://bundle/${media}/0/0/..%2f..%2f0`,
      'media://bundle/00000000000000000000000000000000',
      `media://bundle/${encodeURIComponent(file)}`,
      `media://bundle${file}`,
      `file://${file}`,
      'https://example.org/a.png',
    ];
    for (const guess of guesses) expect(await showImage(page, guess), guess).toBe(false);
  });

  test('only our own script runs, and no text becomes code', async () => {
    const ran = await page.evaluate(async () => {
      const add = (text: string, source: string): void => {
        const script: { textContent: string; src: string } = document.createElement('script');
        if (source === '') script.textContent = text;
        else script.src = source;
        (document as unknown as { body: { append(node: unknown): void } }).body.append(script);
      };
      add('globalThis.attacked = "inline"', '');
      add('', 'data:text/javascript,globalThis.attacked="data"');
      add('', 'https://example.org/a.js');
      // In a separate task, since code that a test evaluates directly is exempt from the policy.
      const evaluated = await new Promise((resolve) => {
        setTimeout(() => {
          try {
            resolve(Reflect.construct(Function, ['return 1']) instanceof Function);
          } catch {
            resolve('refused');
          }
        });
      });
      return { attacked: String(Reflect.get(globalThis, 'attacked')), evaluated };
    });
    expect(ran).toEqual({ attacked: 'undefined', evaluated: 'refused' });
  });

  test('no frame shows another page', async () => {
    await page.evaluate(() => {
      for (const source of ['https://example.org/', 'app://bundle/', 'file:///etc/passwd']) {
        const frame: { src: string } = document.createElement('iframe');
        frame.src = source;
        (document as unknown as { body: { append(node: unknown): void } }).body.append(frame);
      }
    });
    await page.waitForTimeout(200);
    const urls = page
      .frames()
      .slice(1)
      .map((frame) => frame.url());
    expect(urls.filter((url) => !/^(|about:blank|chrome-error:.*)$/.test(url))).toEqual([]);
  });

  test('no permission is granted', async () => {
    const answers = await page.evaluate(async () => {
      const { navigator, Notification } = globalThis as unknown as {
        navigator: {
          permissions: { query(what: { name: string }): Promise<{ state: string }> };
          mediaDevices: { getUserMedia(what: object): Promise<unknown> };
          clipboard: { readText(): Promise<string> };
        };
        Notification: { requestPermission(): Promise<string> };
      };
      const names = ['geolocation', 'camera', 'microphone', 'midi', 'clipboard-read', 'persistent-storage'];
      const states = await Promise.all(
        names.map((name) => navigator.permissions.query({ name }).then(({ state }) => state)),
      );
      const granted = await Promise.allSettled([
        navigator.mediaDevices.getUserMedia({ audio: true }),
        navigator.clipboard.readText(),
      ]);
      return [
        ...new Set(states),
        await Notification.requestPermission(),
        ...granted.map(({ status }) => status),
      ];
    });
    expect(answers).toEqual(['denied', 'denied', 'rejected', 'rejected']);
  });
});
