/** What decides what closing the window does. */
export interface ClosingFacts {
  readonly keepsInTray: boolean;
  readonly hasTray: boolean;
  /** Images that wait or are under way. */
  readonly waiting: number;
  readonly watchedFolders: number;
}

/**
 * What closing the window does: `hide` it and work on, `ask` the person, or `close` it and quit. Work never ends without
 * a word: it is either visible in the tray, or there is a question.
 */
export function closingPlan({
  keepsInTray,
  hasTray,
  waiting,
  watchedFolders,
}: ClosingFacts): 'hide' | 'ask' | 'close' {
  if (waiting === 0 && watchedFolders === 0) return 'close';
  if (keepsInTray && hasTray) return 'hide';
  return waiting > 0 ? 'ask' : 'close';
}
