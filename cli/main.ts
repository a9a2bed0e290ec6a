#!/usr/bin/env node
/**
 * @file Entry of the `enlarger` command: words in, exit code out. Each command is loaded when it is asked for, so that
 * none pays for the others' libraries.
 */
import { Command, CommanderError } from 'commander';
import { EnhancerError } from '../core/api/errors.ts';
import { EXIT, programVersion } from './program.ts';
import { addRunOptions } from './runOptions.ts';
import { forTerminal } from './text.ts';

function buildCommand(setExitCode: (code: number) => void): Command {
  const program = new Command('enlarger')
    .description('Enlarges pictures in batches, on your own machine.')
    .version(programVersion(), '-V, --version')
    .helpOption('-h, --help')
    .exitOverride()
    .showHelpAfterError('(enlarger --help shows all options)');
  addRunOptions(program.command('run', { isDefault: true }))
    .description('enlarge pictures (the default command)')
    .action(async (options: unknown) => {
      setExitCode(await (await import('./runCommand.ts')).runCommand(options));
    });
  program
    .command('models')
    .description('list the models')
    .option('-m, --models <dir>', 'folder with models')
    .option('--verify', 'check every weight file and run every network once', false)
    .option('--json', 'as JSON', false)
    .action(async (options: unknown) => {
      setExitCode(await (await import('./modelsCommand.ts')).modelsCommand(options));
    });
  program
    .command('devices')
    .description('list what can run the networks')
    .option('--json', 'as JSON', false)
    .action(async (options: unknown) => {
      setExitCode((await import('./devicesCommand.ts')).devicesCommand(options));
    });
  return program;
}

function reportFailure(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof EnhancerError) {
    process.stderr.write(`${forTerminal(error.message)} [${error.code}]\n`);
    if (error.code === 'engine/unavailable') return EXIT.noDevice;
    return error.code.startsWith('usage/') ? EXIT.usage : EXIT.someFailed;
  }
  process.stderr.write(
    `This is a defect of the program, please report it:\n${String(error instanceof Error ? error.stack : error)}\n`,
  );
  return EXIT.someFailed;
}

// A reader that goes away early (`| head`) is no error of ours.
process.stdout.on('error', () => process.exit(EXIT.done));

const program = buildCommand((code) => {
  process.exitCode = code;
});
await program.parseAsync().catch((error: unknown) => {
  process.exitCode = reportFailure(error);
});
