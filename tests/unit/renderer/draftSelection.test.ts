import { describe, expect, test } from 'vitest';
import { BatchOptions } from '../../../renderer/state/draft/batchOptions.svelte.ts';
import { Draft } from '../../../renderer/state/draft/draft.svelte.ts';
import { Notices } from '../../../renderer/state/notices.svelte.ts';
import { standInConnection } from './standInConnection.ts';

async function draftOf(...names: string[]) {
  const { connection } = standInConnection();
  const options = new BatchOptions(connection.info.capabilities);
  const draft = new Draft({ connection, options, notices: new Notices() });
  await draft.add(names.map((name) => ({ kind: 'path', path: `${name}-10x10.jpg` })));
  const { selection } = draft;
  const keyOf = (name: string): string => draft.rows.find((row) => row.name.startsWith(name))?.key ?? '';
  const selected = (): string =>
    draft.rows
      .filter(({ key }) => selection.has(key))
      .map((row) => row.name[0])
      .join('');
  return { selection, keyOf, selected, active: () => selection.active?.name[0] };
}

describe('the selection in a new batch', () => {
  test('is the shown row until others are selected', async () => {
    const { selection, keyOf, selected, active } = await draftOf('a', 'b', 'c', 'd');
    expect([selected(), active()]).toEqual(['a', 'a']);
    selection.toggle(keyOf('c'));
    expect([selected(), active()]).toEqual(['ac', 'c']);
    selection.toggle(keyOf('a'));
    expect([selected(), active()]).toEqual(['c', 'a']);
    selection.selectAll();
    expect(selected()).toBe('abcd');
    selection.clear();
    expect([selected(), active()]).toEqual(['a', 'a']);
  });

  test('moves with the arrow keys, grows with Shift, and stops at the ends', async () => {
    const { selection, keyOf, selected, active } = await draftOf('a', 'b', 'c', 'd');
    selection.select(keyOf('b'));
    selection.selectBeside(1, true);
    selection.selectBeside(1, true);
    selection.selectBeside(1, true);
    expect([selected(), active()]).toEqual(['bcd', 'd']);
    selection.extendTo(keyOf('a'));
    expect([selected(), active()]).toEqual(['ab', 'a']);
    selection.selectBeside(-1);
    expect(active()).toBe('a');
    selection.selectBeside(1);
    expect([selected(), active()]).toEqual(['b', 'b']);
  });
});
