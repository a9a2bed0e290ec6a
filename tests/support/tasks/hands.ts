import type { Locator, Page } from 'playwright-core';

/** How a person uses the window: with the mouse, or only with the keyboard. */
export interface Hands {
  /** Presses a button, opens a fold, sets a tick or chooses one of a group. */
  press(control: Locator): Promise<void>;
  /** Chooses from a list of the system. */
  select(list: Locator, option: string): Promise<void>;
  type(field: Locator, text: string): Promise<void>;
  /** Selects a row of a list. */
  row(grid: Locator, name: string): Promise<void>;
  /** Chooses from the menu of the selected row. */
  menu(grid: Locator, name: string, item: string): Promise<void>;
  /** Moves a slider to the left. */
  slide(slider: Locator): Promise<void>;
  /** Opens the dialog for files. */
  addFiles(page: Page): Promise<void>;
}

/** Far more than the window has controls. */
const MAX_TABS = 250;
const MAX_ROWS = 100;

async function isFocused(control: Locator): Promise<boolean> {
  return (await control.and(control.page().locator(':focus')).count()) > 0;
}

/** Presses Tab until a control has the focus. */
async function reach(page: Page, control: Locator): Promise<void> {
  await control.waitFor();
  for (let presses = 0; presses < MAX_TABS; presses++) {
    if (await isFocused(control)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${String(control)}.`);
}

/** In a group of choices, Tab leads only to the chosen one, and arrows to the others. */
async function reachChoice(page: Page, choice: Locator): Promise<void> {
  await choice.waitFor();
  const group = choice.locator('xpath=ancestor::*[@role="radiogroup"][1]');
  for (let presses = 0; presses < MAX_TABS; presses++) {
    if ((await group.locator(':focus').count()) > 0) break;
    await page.keyboard.press('Tab');
  }
  for (let presses = 0; presses < MAX_ROWS; presses++) {
    if (await isFocused(choice)) return;
    await page.keyboard.press('ArrowDown');
  }
  throw new Error(`Arrows do not lead to ${String(choice)}.`);
}

async function reachRow(page: Page, grid: Locator, name: string): Promise<void> {
  await reach(page, grid);
  const chosen = grid.getByRole('row', { name, selected: true });
  for (const key of ['ArrowDown', 'ArrowUp']) {
    for (let presses = 0; presses < MAX_ROWS; presses++) {
      if ((await chosen.count()) > 0) return;
      await page.keyboard.press(key);
    }
  }
  throw new Error(`Arrows do not lead to the row ${name}.`);
}

const KEYBOARD: Hands = {
  press: async (control) => {
    const page = control.page();
    await control.waitFor();
    if ((await control.getAttribute('role')) === 'radio') {
      await reachChoice(page, control);
      await page.keyboard.press('Space');
      return;
    }
    await reach(page, control);
    const isTick = (await control.getAttribute('type')) === 'checkbox';
    await page.keyboard.press(isTick ? 'Space' : 'Enter');
  },
  select: async (list, option) => {
    const { keyboard } = list.page();
    await reach(list.page(), list);
    // Choices without a key of their own are reached by arrows.
    if (/^[ -~]+$/.test(option)) return keyboard.type(option);
    // The list of languages changes its name as soon as one is chosen.
    const focused = list.page().locator('select:focus');
    for (let presses = 0; presses < MAX_ROWS; presses++) {
      if ((await focused.locator('option:checked').textContent()) === option) return;
      await keyboard.press('ArrowDown');
    }
    throw new Error(`Arrows do not lead to ${option}.`);
  },
  type: async (field, text) => {
    const { keyboard } = field.page();
    await reach(field.page(), field);
    await keyboard.press('Control+a');
    await (text === '' ? keyboard.press('Delete') : keyboard.type(text));
    await keyboard.press('Tab');
  },
  row: (grid, name) => reachRow(grid.page(), grid, name),
  menu: async (grid, name, item) => {
    const page = grid.page();
    await reachRow(page, grid, name);
    await page.keyboard.press('Shift+F10');
    const entry = page.getByRole('menuitem', { name: item });
    await entry.waitFor();
    for (let presses = 0; presses < MAX_ROWS && !(await isFocused(entry)); presses++) {
      await page.keyboard.press('ArrowDown');
    }
    await page.keyboard.press('Enter');
  },
  slide: async (slider) => {
    await reach(slider.page(), slider);
    for (let presses = 0; presses < 5; presses++) await slider.page().keyboard.press('ArrowLeft');
  },
  addFiles: (page) => page.keyboard.press('Control+o'),
};

const MOUSE: Hands = {
  press: (control) => control.click(),
  select: async (list, option) => {
    await list.selectOption(option);
  },
  type: async (field, text) => {
    await field.fill(text);
    await field.blur();
  },
  row: (grid, name) => grid.getByRole('row', { name }).click(),
  menu: async (grid, name, item) => {
    await grid.getByRole('row', { name }).click({ button: 'right' });
    await grid.page().getByRole('menuitem', { name: item }).click();
  },
  slide: async (slider) => {
    const { mouse } = slider.page();
    const box = await slider.boundingBox();
    if (box === null) throw new Error('The slider is not visible.');
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await mouse.move(x, y);
    await mouse.down();
    await mouse.move(x - 120, y, { steps: 6 });
    await mouse.up();
  },
  addFiles: (page) => page.getByRole('button', { name: 'Add photos' }).first().click(),
};

export const HANDS = { mouse: MOUSE, keyboard: KEYBOARD } as const;
