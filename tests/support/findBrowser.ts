import { existsSync } from 'node:fs';

const PLACES = [
  process.env['ENLARGER_TEST_BROWSER'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** A Chromium of this machine for tests of the window, or `undefined` without one. */
export function findBrowser(): string | undefined {
  return PLACES.find((place) => place !== undefined && existsSync(place));
}
