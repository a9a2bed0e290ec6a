import { describe, expect, test } from 'vitest';
import { actionOf, keysOf, SHORTCUTS } from '../../../renderer/state/shortcuts.ts';
import { Texts } from '../../../renderer/state/texts.svelte.ts';

const press = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey', boolean>> = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...held,
});

describe('the shortcuts', () => {
  test('the space bar is named in the language of the window', () => {
    const space = SHORTCUTS.find(({ key }) => key === ' ')!;
    const texts = new Texts();
    expect(keysOf(space, false, texts.t)).toEqual(['Space']);
    texts.language = 'zh-TW';
    expect(keysOf(space, false, texts.t)).toEqual(['空白鍵']);
  });

  test('no key has two functions', () => {
    const keys = SHORTCUTS.map(
      ({ key, ctrl, alt }) => `${ctrl ?? false} ${alt ?? false} ${key.toLowerCase()}`,
    );
    expect(new Set(keys).size).toBe(keys.length);
  });

  test.each([
    { pressed: press('o', { ctrlKey: true }), action: 'add' },
    { pressed: press('O', { metaKey: true }), action: 'add' },
    { pressed: press('Enter', { ctrlKey: true }), action: 'enlarge' },
    // A browser reloads the page with it, so it must not start a batch.
    { pressed: press('F5'), action: undefined },
    { pressed: press(' '), action: 'quick-look' },
    { pressed: press('\\'), action: 'original' },
    { pressed: press('1'), action: 'actual-pixels' },
    // The zoom of the page belongs to the browser.
    { pressed: press('0', { ctrlKey: true }), action: undefined },
    { pressed: press('ArrowUp', { altKey: true }), action: 'move-up' },
    { pressed: press('ArrowUp'), action: undefined },
  ])('$pressed.key is $action', ({ pressed, action }) => {
    expect(actionOf(pressed, false)).toBe(action);
  });

  test('typing in a text field triggers no shortcut, except those that work everywhere', () => {
    expect([' ', 'l', '?', '\\', 'Delete'].map((key) => actionOf(press(key), true))).toEqual(
      Array(5).fill(undefined),
    );
    expect(actionOf(press('o', { ctrlKey: true }), true)).toBe('add');
    expect(actionOf(press('Escape'), true)).toBe('back');
  });
});
