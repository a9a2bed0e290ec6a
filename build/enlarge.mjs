/** @file `npm run enlarge -- …`: makes the checkout ready, then is the `enlarger` command. */
import { ensureBuilt, ensureInstalled } from './prepare.mjs';

ensureInstalled();
ensureBuilt('forCommand');
await import('../dist/cli/main.js');
