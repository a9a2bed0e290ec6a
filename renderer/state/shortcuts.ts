import type { TextKey } from '../../core/texts/textKeys.ts';
import type { Translate } from './texts.svelte.ts';

/** The action of a key. */
export type ShortcutAction =
  | 'add'
  | 'enlarge'
  | 'pause'
  | 'search'
  | 'previous'
  | 'next'
  | 'quick-look'
  | 'original'
  | 'actual-pixels'
  | 'fit'
  | 'zoom-in'
  | 'zoom-out'
  | 'lens'
  | 'mode'
  | 'select-all'
  | 'copy'
  | 'remove'
  | 'move-up'
  | 'move-down'
  | 'settings'
  | 'shortcuts'
  | 'back';

export interface Shortcut {
  readonly action: ShortcutAction;
  /** As `KeyboardEvent.key` names it. */
  readonly key: string;
  readonly ctrl?: boolean;
  readonly alt?: boolean;
  readonly label: TextKey;
  /** Works while a text is typed, too. */
  readonly worksInText?: boolean;
}

/** Every key of the window, in the order of the overview. */
export const SHORTCUTS: readonly Shortcut[] = [
  { action: 'add', key: 'o', ctrl: true, label: 'shortcut.add', worksInText: true },
  { action: 'enlarge', key: 'Enter', ctrl: true, label: 'shortcut.enlarge', worksInText: true },
  { action: 'pause', key: 'F6', label: 'shortcut.pause', worksInText: true },
  { action: 'search', key: 'f', ctrl: true, label: 'shortcut.search', worksInText: true },
  { action: 'previous', key: 'ArrowLeft', label: 'shortcut.previous' },
  { action: 'next', key: 'ArrowRight', label: 'shortcut.next' },
  { action: 'quick-look', key: ' ', label: 'shortcut.quickLook' },
  { action: 'original', key: '\\', label: 'shortcut.original' },
  { action: 'mode', key: 'm', label: 'shortcut.mode' },
  { action: 'lens', key: 'l', label: 'shortcut.lens' },
  { action: 'actual-pixels', key: '1', label: 'shortcut.actualPixels' },
  { action: 'fit', key: '0', label: 'shortcut.fit' },
  { action: 'zoom-in', key: '+', label: 'shortcut.zoomIn' },
  { action: 'zoom-out', key: '-', label: 'shortcut.zoomOut' },
  { action: 'select-all', key: 'a', ctrl: true, label: 'shortcut.selectAll' },
  { action: 'copy', key: 'c', ctrl: true, label: 'action.copy' },
  { action: 'remove', key: 'Delete', label: 'shortcut.remove' },
  { action: 'move-up', key: 'ArrowUp', alt: true, label: 'shortcut.moveUp' },
  { action: 'move-down', key: 'ArrowDown', alt: true, label: 'shortcut.moveDown' },
  { action: 'settings', key: ',', ctrl: true, label: 'shortcut.settings', worksInText: true },
  { action: 'shortcuts', key: '?', label: 'shortcut.shortcuts' },
  { action: 'back', key: 'Escape', label: 'shortcut.back', worksInText: true },
];

/** The relevant properties of a key press. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** The number of a preset for Shift and a digit, on any keyboard layout. */
export function presetDigit({
  code,
  shiftKey,
  ctrlKey,
  metaKey,
  altKey,
}: Pick<KeyboardEvent, 'code' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>): number | undefined {
  const digit = /^Digit([1-9])$/.exec(code)?.[1];
  if (digit === undefined || !shiftKey || ctrlKey || metaKey || altKey) return undefined;
  return Number(digit);
}

/** The action of a key press; Command counts as Ctrl. */
export function actionOf(
  { key, ctrlKey, metaKey, altKey }: KeyPress,
  isInText: boolean,
): ShortcutAction | undefined {
  const shortcut = SHORTCUTS.find(
    (candidate) =>
      candidate.key.toLowerCase() === key.toLowerCase() &&
      (candidate.ctrl ?? false) === (ctrlKey || metaKey) &&
      (candidate.alt ?? false) === altKey &&
      (candidate.worksInText === true || !isInText),
  );
  return shortcut?.action;
}

const KEY_NAMES: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  Delete: 'Del',
};

/** The labels on the keys. */
export function keysOf({ key, ctrl, alt }: Shortcut, isMac: boolean, t: Translate): readonly string[] {
  const name =
    key === ' ' ? t('key.space') : (KEY_NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key));
  return [...(ctrl ? [isMac ? '⌘' : 'Ctrl'] : []), ...(alt ? [isMac ? '⌥' : 'Alt'] : []), name];
}
