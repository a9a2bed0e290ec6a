/**
 * @file Entry of the desktop program: Electron's main process. It only wires. The order is that of safety: what no page
 * may do is settled before there is one.
 */
import { lockAllContents } from './lockDown.ts';
import { openHost } from './openHost.ts';
import { runProgram } from './program.ts';
import { registerSchemes } from './schemes.ts';

registerSchemes();
lockAllContents();
runProgram(openHost);
