/** @file `npm run enlarge -- …`: makes the checkout ready, then runs the `enlarger` command. */
import { ensureBuilt, ensureInstalled, ensureWindowBuilt } from './prepare.mjs';

ensureInstalled();
ensureBuilt('forCommand');
if (process.argv[2] === 'serve') ensureWindowBuilt();
await import('../dist/cli/main.js');
