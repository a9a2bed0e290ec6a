/** The facts that determine what closing the window does. */
export interface ClosingFacts {
  readonly keepsInTray: boolean;
  readonly hasTray: boolean;
  /** Images that wait or are under way. */
  readonly waiting: number;
  readonly watchedFolders: number;
}

/**
 * What closing the window does: `hide` it and continue, `ask` the person, or `close` it and quit. Work never ends
 * silently: either it is visible in the tray, or the person is asked.
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
