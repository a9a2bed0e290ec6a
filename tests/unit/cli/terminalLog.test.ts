import { expect, onTestFinished, test, vi } from 'vitest';
import { terminalLog } from '../../../cli/terminalLog.ts';

function printedBy(isVerbose: boolean): string[] {
  const lines: string[] = [];
  const written = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    lines.push(String(text));
    return true;
  });
  onTestFinished(() => {
    written.mockRestore();
  });
  const file = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const log = terminalLog(file, isVerbose);
  log.info('Job started', { job: 1 });
  log.warn('A copy is missing', { file: 'a' });
  expect([file.info.mock.calls, file.warn.mock.calls]).toEqual([
    [['Job started', { job: 1 }]],
    [['A copy is missing', { file: 'a' }]],
  ]);
  return lines;
}

test('only problems in the log are printed, as sentences', () => {
  expect(printedBy(false)).toEqual(['note: A copy is missing\n']);
});

test('with -v everything is printed, with its values', () => {
  expect(printedBy(true)).toEqual(['Job started {"job":1}\n', 'A copy is missing {"file":"a"}\n']);
});
