import { expect, test } from 'vitest';
import { tokenIn } from '../../../renderer/api/linkToken.ts';

const token = 'Zk1-q_'.repeat(7);

test.each([`http://127.0.0.1:8437/#t=${token}`, ` ${token}\n`])('%j contains the token', (pasted) => {
  expect(tokenIn(pasted)).toBe(token);
});

test.each(['', 'http://127.0.0.1:8437/', 'token', `<${token}>`])('%j has no token', (pasted) => {
  expect(tokenIn(pasted)).toBeUndefined();
});
