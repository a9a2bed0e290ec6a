import { readFileSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { attachToOwner } from '../../../core/host/owner/attachToOwner.ts';
import { openList } from '../../../core/host/owner/openList.ts';
import { noteOwner, readOwner } from '../../../core/store/ownerFile.ts';
import { openTestHost, type TestHost } from '../../support/hostParts.ts';
import { modelsFolder } from '../../support/images.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

async function ownerOf(folder: string): Promise<TestHost> {
  const owner = await openTestHost(folder, { parts: { purpose: 'the program under test' } });
  let isClosed = false;
  const close = async (): Promise<void> => {
    if (!isClosed) await owner.close();
    isClosed = true;
  };
  onTestFinished(close);
  return { ...owner, close };
}

test('a second process works with the list of the first, and receives its events', async () => {
  const folder = temporaryFolder();
  const owner = await ownerOf(folder);
  const list = await openList(folder, modelsFolder);
  onTestFinished(() => list.close());
  expect(list.keptBy).toBe('the program under test');
  const heard: string[] = [];
  const stop = list.host.subscribe(({ type }) => heard.push(type));
  await list.host.api.updateSettings({ theme: 'dark' });
  expect((await owner.host.api.getSettings({})).theme).toBe('dark');
  await expect.poll(() => heard).toContain('settings-changed');
  stop();
  await expect(list.host.api.getJob({ jobId: 1 })).rejects.toMatchObject({ code: 'job/not-found' });
  await owner.close();
  await expect(list.host.api.getSettings({})).rejects.toMatchObject({ code: 'host/unreachable' });
});

test('without an owner, the list is opened here and released afterwards', async () => {
  const folder = temporaryFolder();
  for (let round = 0; round < 2; round++) {
    const list = await openList(folder, modelsFolder);
    expect(list.keptBy).toBeUndefined();
    expect((await list.host.api.getQueue({})).counts.queued).toBe(0);
    await expect(list.host.api.openImage({ jobId: 1, which: 'source' })).rejects.toMatchObject({
      code: 'job/not-found',
    });
    await list.close();
  }
});

test('an owner that crashed does not count as one', async () => {
  const folder = temporaryFolder();
  noteOwner(folder, {
    pid: 1,
    purpose: 'gone',
    door: { address: path.join(folder, 'owner.sock'), token: 'x' },
  });
  expect(await attachToOwner(folder)).toBeUndefined();
  writeFileSync(path.join(folder, 'owner.json'), 'half of it {');
  expect(readOwner(folder)).toBeUndefined();
  const list = await openList(folder, modelsFolder);
  await list.close();
});

test.skipIf(process.platform === 'win32')('a client without the token learns nothing', async () => {
  const folder = temporaryFolder();
  await ownerOf(folder);
  const file = path.join(folder, 'owner.json');
  expect([statSync(file).mode & 0o777, statSync(path.join(folder, 'owner.sock')).mode & 0o777]).toEqual([
    0o600, 0o600,
  ]);
  const { token } = readOwner(folder)!.door!;
  expect(readFileSync(file, 'utf8')).toContain(token);
  for (const said of [
    '{"token":"wrong"}\n',
    '{"id":1,"method":"getSettings","input":{}}\n',
    'GET / HTTP/1.1\r\n\r\n',
    '\n',
  ]) {
    const socket = net.connect(path.join(folder, 'owner.sock'));
    let answer = '';
    socket.on('data', (bytes: Buffer) => (answer += bytes.toString()));
    socket.on('error', () => undefined);
    socket.write(said);
    await new Promise((resolve) => socket.once('close', resolve));
    expect(answer).toBe('');
  }
});
