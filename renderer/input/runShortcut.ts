import type { App } from '../state/app.svelte.ts';
import type { ShortcutAction } from '../state/shortcuts.ts';
import { COMPARE_MODES } from '../state/viewer/viewer.svelte.ts';

interface Surroundings {
  /** The element with the focus. */
  readonly target: HTMLElement;
  readonly addFiles: () => void;
}

const ZOOM_STEP = 1.25;

/** Runs the action of a shortcut. @returns Whether it did something; the browser's default action is then suppressed. */
export function runShortcut(action: ShortcutAction, app: App, { target, addFiles }: Surroundings): boolean {
  const isOnControl = target.matches(
    'button, input, select, a, summary, [role=radio], [role=switch], [role=menuitem]',
  );
  const isOverlaid = app.areShortcutsShown || app.picker.purpose !== undefined;
  if (isOverlaid && action !== 'shortcuts') return false;
  const { viewer } = app;
  const image = app.place === 'draft' ? app.preview : viewer;
  const actions: Readonly<Record<ShortcutAction, () => unknown>> = {
    add: addFiles,
    enlarge: () => (app.place === 'draft' ? app.submitDraft() : app.queue.start()),
    pause: () => app.queue.pause(),
    search: () => document.getElementById('search')?.focus(),
    previous: () => showBeside(app, -1),
    next: () => showBeside(app, 1),
    'quick-look': () => (app.isImageFull = !app.isImageFull),
    original: () => (viewer.isOriginalHeld = true),
    mode: () => {
      const next = COMPARE_MODES[(COMPARE_MODES.indexOf(viewer.mode) + 1) % COMPARE_MODES.length];
      if (next !== undefined) viewer.mode = next;
    },
    lens: () => (viewer.isLensOn = !viewer.isLensOn),
    'actual-pixels': () => image.showPixels(window.devicePixelRatio),
    fit: () => image.fit(),
    'zoom-in': () => image.zoomAt(ZOOM_STEP),
    'zoom-out': () => image.zoomAt(1 / ZOOM_STEP),
    'select-all': () => chooseAll(app),
    copy: () => app.place === 'queue' && app.actions.copy(),
    remove: () => removeChosen(app),
    'move-up': () => app.actions.moveBy(-1),
    'move-down': () => app.actions.moveBy(1),
    settings: () => app.go('settings'),
    shortcuts: () => (app.areShortcutsShown = !app.areShortcutsShown),
    back: () => goBack(app),
  };
  // A focused control handles Space and the arrow keys.
  const belongsToControl = ['quick-look', 'previous', 'next'].includes(action) && isOnControl;
  if (belongsToControl) return false;
  actions[action]();
  return true;
}

function showBeside(app: App, step: 1 | -1): void {
  if (app.place === 'draft') app.draft.selection.selectBeside(step);
  else void app.showBeside(step);
}

function chooseAll(app: App): void {
  if (app.place === 'draft') app.draft.selection.selectAll();
  if (app.place !== 'queue') return;
  app.selection.clear(); // no stale selection while the ids load
  void app.notices.attempt(async () => app.selection.chooseAll(await app.jobs.allIds()));
}

function removeChosen(app: App): void {
  if (app.place === 'queue') void app.actions.remove();
  else if (app.place === 'draft' && app.draft.selection.keys.size > 0)
    app.draftActions.remove([...app.draft.selection.keys]);
}

/** Goes back one level: closes the full image first, then the page. */
function goBack(app: App): void {
  if (app.isImageFull) {
    app.isImageFull = false;
    // Return the focus to the row that was opened.
    requestAnimationFrame(() => document.getElementById('rows')?.focus());
  } else if (app.comparison.isOpen) app.comparison.close();
  else if (app.place !== 'draft') app.go('queue');
}
