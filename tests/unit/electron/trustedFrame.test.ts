import { expect, test } from 'vitest';
import { isTrustedFrame } from '../../../electron/window/trustedFrame.ts';

const ORIGIN = 'app://bundle';

test.each([
  { who: 'the page itself', frame: { parent: null, origin: ORIGIN }, isTrusted: true },
  { who: 'a frame that is gone', frame: null, isTrusted: false },
  { who: 'a frame inside the page', frame: { parent: {}, origin: ORIGIN }, isTrusted: false },
  { who: 'a page of the web', frame: { parent: null, origin: 'https://example.org' }, isTrusted: false },
  {
    who: 'another host of the scheme',
    frame: { parent: null, origin: 'app://bundle.evil' },
    isTrusted: false,
  },
  { who: 'a page without an origin', frame: { parent: null, origin: 'null' }, isTrusted: false },
])('$who: trusted is $isTrusted', ({ frame, isTrusted }) => {
  expect(isTrustedFrame(frame, ORIGIN)).toBe(isTrusted);
});
