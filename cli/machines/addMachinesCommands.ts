import { Option, type Command } from 'commander';
import { toNumber } from '../options/optionValues.ts';
import { BUNDLED_MODELS } from '../program.ts';
import { addSharedFolders } from './queueOptions.ts';

/** Adds `enlarger work` and `enlarger machines`. */
export function addMachinesCommands(program: Command, setExitCode: (code: number) => void): void {
  addSharedFolders(program.command('work'))
    .description('enlarge images for other machines, until Ctrl-C (docs/machines.md)')
    .addOption(
      new Option('--capacity <n>', 'images at once (default: as the workers need)').argParser(toNumber),
    )
    .addOption(new Option('-j, --jobs <n>', 'worker processes (default: by cores)').argParser(toNumber))
    .option('-m, --models <dir>', 'folder of the models', BUNDLED_MODELS)
    .option('--name <name>', 'name of this machine in lists and reports (default: its host name)')
    .option('--data <dir>', 'folder of the added models (default: where the system keeps such data)')
    .action(async (options: unknown) => {
      setExitCode(await (await import('./workCommand.ts')).workCommand(options));
    });
  program
    .command('machines')
    .description('list the machines of a queue and what they do')
    .option('--queue <url>', 'redis://HOST:PORT')
    .option('--json', 'output JSON', false)
    .action(async (options: unknown) => {
      setExitCode(await (await import('./machinesCommand.ts')).machinesCommand(options));
    });
}
