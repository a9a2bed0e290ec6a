/**
 * @file Notes every module that a command loads: preloaded by `NODE_OPTIONS=--import`, it adds the address of each to the
 * file `ENLARGER_TEST_MODULES`.
 */
import { register } from 'node:module';

/** Runs in a separate thread of Node, which has no access to this file. */
const HOOKS = `
import { appendFileSync } from 'node:fs';
export function load(url, context, nextLoad) {
  appendFileSync(process.env.ENLARGER_TEST_MODULES, url + '\\n');
  return nextLoad(url, context);
}`;

register(`data:text/javascript,${encodeURIComponent(HOOKS)}`);
