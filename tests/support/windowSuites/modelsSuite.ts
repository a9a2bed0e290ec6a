import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { examples } from '../standIn.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import type { WindowFace } from '../windowFace.ts';
import { accessibilityFindings, dropFiles } from '../windowPage.ts';

function modelFiles(...names: readonly string[]): readonly string[] {
  const folder = temporaryFolder();
  return names.map((name) => {
    const file = path.join(folder, name);
    writeFileSync(file, 'a network');
    return file;
  });
}

/** Tests models that people add, from the drop to the removal, in a browser or on the desktop. */
export function testModels(face: () => WindowFace): void {
  test('a model is dropped, added, used for a batch, compared and removed', async () => {
    await using window = await face().open();
    const { page, host, complaints } = window;
    await dropFiles(page, modelFiles('4x_foo.pth', '2x_broken.onnx'));
    await page.getByRole('heading', { name: 'Add these 2 files as models?' }).waitFor();
    await page.getByLabel('Licence (optional)').fill('CC-BY-NC-SA-4.0');
    await page.getByRole('button', { name: 'Add models' }).last().click();
    await page.getByText('Added 4x_foo').waitFor();
    await page.getByText('2x_broken.onnx – The model file is damaged or incomplete.').waitFor();
    const card = page.getByRole('listitem', { name: '4x_foo' });
    await card.getByText('Non-commercial use only').waitFor();
    await card.getByText('16.7M').waitFor();
    await card.getByRole('button', { name: 'Use: 4x_foo' }).click();

    await dropFiles(page, [path.join(examples, 'cat.jpg')]);
    const choice = page.getByRole('radio', { name: /^4x_foo/ });
    expect(await choice.getAttribute('aria-checked')).toBe('true');
    await choice.getByText('Non-commercial use only').waitFor();
    await page.getByRole('button', { name: 'Compare models' }).click();
    const pane = page.getByRole('figure').filter({ has: page.getByRole('img', { name: '4x_foo' }) });
    await pane.getByText('Non-commercial use only').waitFor();
    await page.getByRole('button', { name: 'Enlarge 1 image' }).click();
    await page.getByText('0 of 1 done').waitFor();
    const { batches } = await host.api.listBatches({});
    expect(batches[0]?.spec.settings.model).toBe('4x-foo');

    await page.getByRole('button', { name: 'Models 1' }).click();
    await card.getByRole('button', { name: 'Remove 4x_foo' }).click();
    await card.getByRole('button', { name: 'Keep' }).click();
    await card.getByRole('button', { name: 'Remove 4x_foo' }).click();
    await card.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('Removed 4x_foo').waitFor();
    await card.waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  test('a network that cleans up runs before the enlargement', async () => {
    await using window = await face().open();
    const { page, host } = window;
    await dropFiles(page, [path.join(examples, 'cat.jpg')]);
    const select = page.getByRole('combobox', { name: 'Clean up first' });
    expect(await select.count()).toBe(0);
    await dropFiles(page, modelFiles('1x_clean.pth'));
    await page.getByRole('button', { name: 'Add model', exact: true }).click();
    await page.getByText('Added 1x_clean').waitFor();
    await page.getByRole('button', { name: 'New batch' }).click();
    expect(await page.getByRole('radio', { name: /^1x_clean/ }).count()).toBe(0);
    await select.selectOption({ label: '1x_clean (Licence not stated)' });
    await expect.poll(() => host.lastPreview?.first).toEqual(['1x-clean']);
    await page.getByRole('button', { name: 'Enlarge 1 image' }).click();
    await page.getByText('0 of 1 done').waitFor();
    const { batches } = await host.api.listBatches({});
    expect(batches[0]?.spec.settings.first).toEqual(['1x-clean']);
  });

  test('a model is added, verified and removed with only the keyboard', async () => {
    await using window = await face().open();
    const { page, host } = window;
    await page.keyboard.press('Control+,');
    await page.getByRole('button', { name: 'Models' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Add models' }).focus();
    await window.chooseFiles(() => page.keyboard.press('Enter'), modelFiles('4x_slow.pth'));
    // The form has the focus, so Enter confirms it.
    await page.getByRole('heading', { name: 'Add this model?' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('Testing…').waitFor();
    host.models.finish();
    await page.getByText('Added 4x_slow').waitFor();
    const card = page.getByRole('listitem', { name: '4x_slow' });
    await card.getByRole('button', { name: 'Verify 4x_slow' }).focus();
    await page.keyboard.press('Enter');
    await card.getByText('Files intact, test run passed').waitFor();
    // A key reaches the element that has the focus by then.
    const focusIn = (name: string) =>
      card
        .locator(':focus')
        .and(card.getByRole('button', { name, exact: true }))
        .waitFor();
    await page.keyboard.press('Tab');
    await focusIn('Remove 4x_slow');
    await page.keyboard.press('Enter');
    // The harmless button has the focus.
    await focusIn('Keep');
    await page.keyboard.press('Enter');
    await focusIn('Remove 4x_slow');
    await page.keyboard.press('Enter');
    await focusIn('Keep');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Removed 4x_slow').waitFor();
  });

  test.each([
    { colorScheme: 'dark', language: 'en', name: 'Models' },
    { colorScheme: 'light', language: 'zh-TW', name: '模型' },
  ] as const)('everyone can read the page of models ($language, $colorScheme)', async (options) => {
    await using window = await face().open(options);
    const { page } = window;
    await dropFiles(page, modelFiles('1x_clean.pth', '4x_broken.pth'));
    await page.locator('.offer').waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.locator('.offer').getByRole('textbox').first().fill('CC-BY-NC-4.0');
    await page.locator('.offer [type=submit]').click();
    await page.getByRole('listitem', { name: '1x_clean' }).waitFor();
    await page.locator('details').first().locator('summary').click();
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.setViewportSize({ width: 420, height: 800 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(420);
    await page.getByRole('heading', { name: options.name, exact: true }).waitFor();
  });
}
