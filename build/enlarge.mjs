/** @file `npm run enlarge -- …`: makes the checkout ready, then is the `enlarger` command. */
import { ensureBuilt, ensureInstalled } from './prepare.mjs';

ensureInstalled();
ensureBuilt();
await import('../dist/cli/main.js');
