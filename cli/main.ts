#!/usr/bin/env node
/**
 * @file Entry of the `enlarger` command. Each subcommand is loaded on demand, so that it does not wait for the libraries of others.
 * `run*`, `plan*`: one batch. `watch*`, `serve*`, `jobs*`: the queue. `models/`, `devices`, `metrics/`, `bench/`, `doctor/`: about the
 * installation. `program.ts` has the paths and exit codes.
 */
import { Command, CommanderError, Option } from 'commander';
import { EnlargerError } from '../core/api/errors.ts';
import { addMachinesCommands } from './machines/addMachinesCommands.ts';
import { addQueueOptions, addSharedFolders } from './machines/queueOptions.ts';
import { addModelsCommand } from './models/addModelsCommand.ts';
import { describeOption } from './options/describeOption.ts';
import { EXIT, programVersion } from './program.ts';
import { addRunOptions } from './options/runOptions.ts';
import { addWatchOptions } from './options/watchOptions.ts';
import { forTerminal } from './text.ts';

function buildCommand(setExitCode: (code: number) => void): Command {
  const program = new Command('enlarger')
    .description('Upscale images in batches, on your own machine.')
    .version(programVersion(), '-V, --version')
    .helpOption('-h, --help')
    .exitOverride()
    .configureHelp({ optionDescription: describeOption })
    .addHelpText(
      'after',
      '\nThe default command is run: enlarger -i photos -o enlarged -s 4. Its options: enlarger run --help',
    );
  addRunOptions(program.command('run', { isDefault: true }))
    .description('upscale images (the default command)')
    .action(async (options: unknown) => {
      setExitCode(await (await import('./runCommand.ts')).runCommand(options));
    });
  addRunOptions(program.command('plan'))
    .description('show what a batch would need: disk, memory and time')
    .action(async (options: unknown) => {
      setExitCode(await (await import('./planCommand.ts')).planCommand(options));
    });
  addWatchOptions(program.command('watch'))
    .description('watch folders and enlarge new images, until Ctrl-C')
    .action(async (folders: string[], options: unknown) => {
      setExitCode(await (await import('./watchCommand.ts')).watchCommand(folders, options));
    });
  addModelsCommand(program, setExitCode);
  program
    .command('devices')
    .description('list devices that can run the networks, and test new ones')
    .option('--probe', 'test every device again', false)
    .option('--json', 'output JSON', false)
    .action(async (options: unknown) => {
      setExitCode(await (await import('./devicesCommand.ts')).devicesCommand(options));
    });
  program
    .command('formats')
    .description('list the formats that are read and written')
    .option('--json', 'as JSON', false)
    .action(async (options: unknown) => {
      setExitCode((await import('./formats/formatsCommand.ts')).formatsCommand(options));
    });
  addServeCommand(program, setExitCode);
  addJobsCommand(program, setExitCode);
  addMachinesCommands(program, setExitCode);
  addMeasuringCommands(program, setExitCode);
  hintAtHelp(program, 'enlarger');
  return program;
}

/** After a wrong option, each command refers to its own help. */
function hintAtHelp(command: Command, name: string): void {
  command.showHelpAfterError(`(see ${name} --help for all options)`);
  for (const each of command.commands) hintAtHelp(each, `${name} ${each.name()}`);
}

function addServeCommand(program: Command, setExitCode: (code: number) => void): void {
  const collect = (folder: string, folders: readonly string[]): string[] => [...folders, folder];
  addQueueOptions(program.command('serve'))
    .description('open the window in a browser on this machine')
    .option('--port <number>', 'port on 127.0.0.1; 0 picks a free one (default: 8437, or a free one)')
    .option('--open <dir>', 'folder that the window may read and write; repeatable', collect, [])
    .option('--no-browser', 'print the link without opening it')
    .option('--window <dir>', 'folder of the built window (default: the bundled one)')
    .option('--data <dir>', 'folder of the job list (default: the system’s data folder)')
    .option('-v, --verbose', 'log what happens', false)
    .action(async (options: unknown) => {
      setExitCode(await (await import('./serveCommand.ts')).serveCommand(options));
    });
}

function addJobsCommand(program: Command, setExitCode: (code: number) => void): void {
  const jobs = program.command('jobs').description('show and change the job list');
  const load = () => import('./jobsCommand.ts');
  const addCommon = (command: Command): Command =>
    command
      .option('--data <dir>', 'folder of the job list (default: the system’s data folder)')
      .option('--json', 'output JSON', false);
  const addChoice = (command: Command): Command =>
    addCommon(command).argument('[jobs...]', 'job ids').option('--batch <number>', 'all jobs of this batch');
  addCommon(jobs.command('list', { isDefault: true }))
    .description('list batches and their jobs, newest first')
    .option('--batch <number>', 'only this batch')
    .option('--state <state...>', 'only in these states: queued, running, done, skipped, failed, cancelled')
    .option('--limit <number>', 'maximum number of jobs to list', '50')
    .action(async (options: unknown) => {
      setExitCode(await (await load()).listJobs(options));
    });
  addCommon(jobs.command('show'))
    .description('show the details of a job')
    .argument('<job>', 'job id')
    .action(async (job: string, options: unknown) => {
      setExitCode(await (await load()).showJob(job, options));
    });
  addChoice(jobs.command('retry'))
    .description('put failed and cancelled jobs back into the queue')
    .action(async (ids: string[], options: unknown) => {
      setExitCode(await (await load()).retryJobs(ids, options));
    });
  addChoice(jobs.command('cancel'))
    .description('cancel waiting and running jobs')
    .action(async (ids: string[], options: unknown) => {
      setExitCode(await (await load()).cancelJobs(ids, options));
    });
}

function addMeasuringCommands(program: Command, setExitCode: (code: number) => void): void {
  program
    .command('metrics')
    .description('compare outputs with references: two files or two folders')
    .argument('<reference>', 'the reference image, or a folder of them')
    .argument('<output>', 'the image to compare, or a folder with the same names')
    .addOption(
      new Option('--protocol <name>', "sr: as in the literature's tables; plain: the whole image as stored")
        .choices(['sr', 'plain'])
        .default('sr'),
    )
    .addOption(
      new Option('--scale <n>', 'sr: scale factor, and width of the ignored border in pixels')
        .argParser(Number)
        .default(4),
    )
    .option('--map <file.png>', 'write the SSIM map as a grey image; white means identical')
    .option('--json', 'output JSON', false)
    .action(async (reference: string, output: string, options: unknown) => {
      const { metricsCommand } = await import('./metrics/metricsCommand.ts');
      setExitCode(await metricsCommand(reference, output, options));
    });
  program
    .command('bench')
    .description('measure the speed of this machine, and how much of it Enlarger uses')
    .option('--pictures <dir>', 'images to measure with, file to file (default: up to twenty of 1 MP)')
    .option('--quick', 'fewer repetitions, three images', false)
    .option('--json', 'output JSON', false)
    .action(async (options: unknown) => {
      setExitCode(await (await import('./bench/benchCommand.ts')).benchCommand(options));
    });
  addSharedFolders(program.command('doctor'))
    .description('check this installation')
    .option('--data <dir>', 'folder of the job list (default: the system’s data folder)')
    .option('--json', 'output JSON', false)
    .action(async (options: unknown) => {
      setExitCode(await (await import('./doctor/doctorCommand.ts')).doctorCommand(options));
    });
}

function isUsageError({ code }: EnlargerError): boolean {
  return code.startsWith('usage/') || code === 'watch/feeds-itself' || code === 'model/not-found';
}

function reportFailure(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof EnlargerError) {
    process.stderr.write(`${forTerminal(error.message)} [${error.code}]\n`);
    if (error.code === 'engine/unavailable') return EXIT.noDevice;
    if (error.code === 'job/cancelled') return EXIT.cancelled;
    if (error.code === 'batch/not-found') return EXIT.nothingToDo;
    return isUsageError(error) ? EXIT.usage : EXIT.someFailed;
  }
  process.stderr.write(
    `Internal error. Please report it, with these lines:\n${String(error instanceof Error ? error.stack : error)}\n`,
  );
  return EXIT.someFailed;
}

// A reader that stops early (`| head`) is not an error. Commands that have to clean up listen as well.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', () => {
    if (stream.listenerCount('error') === 1) process.exit(process.exitCode ?? EXIT.done);
  });
}

const program = buildCommand((code) => {
  process.exitCode = code;
});
await program.parseAsync().catch((error: unknown) => {
  process.exitCode = reportFailure(error);
});
