#!/usr/bin/env node
/**
 * @file Entry of the `enlarger` command: words in, exit code out. Each command is loaded when it is asked for, so that
 * none pays for the others' libraries.
 */
import { Command, CommanderError, Option } from 'commander';
import { EnlargerError } from '../core/api/errors.ts';
import { EXIT, programVersion } from './program.ts';
import { addRunOptions } from './runOptions.ts';
import { addWatchOptions } from './watchOptions.ts';
import { forTerminal } from './text.ts';

function buildCommand(setExitCode: (code: number) => void): Command {
  const program = new Command('enlarger')
    .description('Enlarges images in batches, on your own machine.')
    .version(programVersion(), '-V, --version')
    .helpOption('-h, --help')
    .exitOverride()
    .showHelpAfterError('(enlarger run --help shows all options)')
    .addHelpText(
      'after',
      '\nWithout a command it is run: enlarger -i photos -o enlarged -s 4. Its options: enlarger run --help',
    );
  addRunOptions(program.command('run', { isDefault: true }))
    .description('enlarge images (the default command)')
    .action(async (options: unknown) => {
      setExitCode(await (await import('./runCommand.ts')).runCommand(options));
    });
  addWatchOptions(program.command('watch'))
    .description('enlarge what is put into folders, until Ctrl-C')
    .action(async (folders: string[], options: unknown) => {
      setExitCode(await (await import('./watchCommand.ts')).watchCommand(folders, options));
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
    .description('list what can run the networks, and try each the first time')
    .option('--probe', 'try every device again', false)
    .option('--json', 'as JSON', false)
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
  addMeasuringCommands(program, setExitCode);
  return program;
}

function addServeCommand(program: Command, setExitCode: (code: number) => void): void {
  const collect = (folder: string, folders: readonly string[]): string[] => [...folders, folder];
  program
    .command('serve')
    .description('open the window in a browser of this machine')
    .option('--port <number>', 'port of 127.0.0.1; 0 takes any that is free', '0')
    .option('--open <dir>', 'folder that the window may read from and write to; may be repeated', collect, [])
    .option('--no-browser', 'only print the link')
    .option('--window <dir>', 'folder of the built window (default: the one that comes with the program)')
    .option('--data <dir>', 'folder with the list of jobs (default: as the system keeps such data)')
    .option('-v, --verbose', 'say what happens', false)
    .action(async (options: unknown) => {
      setExitCode(await (await import('./serveCommand.ts')).serveCommand(options));
    });
}

function addJobsCommand(program: Command, setExitCode: (code: number) => void): void {
  const jobs = program.command('jobs').description('look at the list of jobs, and change it');
  const load = () => import('./jobsCommand.ts');
  const addCommon = (command: Command): Command =>
    command
      .option('--data <dir>', 'folder with the list of jobs (default: as the system keeps such data)')
      .option('--json', 'as JSON', false);
  const addChoice = (command: Command): Command =>
    addCommon(command)
      .argument('[jobs...]', 'numbers of jobs')
      .option('--batch <number>', 'all jobs of a batch instead');
  addCommon(jobs.command('list', { isDefault: true }))
    .description('list batches and their jobs, the newest first')
    .option('--batch <number>', 'only of this batch')
    .option('--state <state...>', 'only in these states: queued, running, done, skipped, failed, cancelled')
    .option('--limit <number>', 'at most so many jobs', '50')
    .action(async (options: unknown) => {
      setExitCode(await (await load()).listJobs(options));
    });
  addCommon(jobs.command('show'))
    .description('show all that is known of a job')
    .argument('<job>', 'number of the job')
    .action(async (job: string, options: unknown) => {
      setExitCode(await (await load()).showJob(job, options));
    });
  addChoice(jobs.command('retry'))
    .description('put failed and cancelled jobs back into the line')
    .action(async (ids: string[], options: unknown) => {
      setExitCode(await (await load()).retryJobs(ids, options));
    });
  addChoice(jobs.command('cancel'))
    .description('cancel jobs that wait or are under way')
    .action(async (ids: string[], options: unknown) => {
      setExitCode(await (await load()).cancelJobs(ids, options));
    });
}

function addMeasuringCommands(program: Command, setExitCode: (code: number) => void): void {
  program
    .command('metrics')
    .description('measure how far outputs are from their references: two files or two folders')
    .argument('<reference>', 'the true image, or a folder of them')
    .argument('<output>', 'the image to judge, or a folder of them with the same names')
    .addOption(
      new Option('--protocol <name>', "sr: as in the literature's tables; plain: whole and as stored")
        .choices(['sr', 'plain'])
        .default('sr'),
    )
    .addOption(
      new Option('--scale <n>', 'sr: factor of the enlargement, and border in pixels that is ignored')
        .argParser(Number)
        .default(4),
    )
    .option('--map <file.png>', 'write the map of SSIM as a grey image: white is alike')
    .option('--json', 'as JSON', false)
    .action(async (reference: string, output: string, options: unknown) => {
      const { metricsCommand } = await import('./metrics/metricsCommand.ts');
      setExitCode(await metricsCommand(reference, output, options));
    });
  program
    .command('bench')
    .description('measure how fast this machine is, and how much of that the program uses')
    .option('--pictures <dir>', 'images for the measurement from file to file (default: twenty of 1 MP)')
    .option('--quick', 'fewer repetitions, three images', false)
    .option('--json', 'as JSON', false)
    .action(async (options: unknown) => {
      setExitCode(await (await import('./bench/benchCommand.ts')).benchCommand(options));
    });
  program
    .command('doctor')
    .description('check that everything works here')
    .option('--data <dir>', 'folder with the list of jobs (default: as the system keeps such data)')
    .option('--json', 'as JSON', false)
    .action(async (options: unknown) => {
      setExitCode(await (await import('./doctor/doctorCommand.ts')).doctorCommand(options));
    });
}

function reportFailure(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof EnlargerError) {
    process.stderr.write(`${forTerminal(error.message)} [${error.code}]\n`);
    if (error.code === 'engine/unavailable') return EXIT.noDevice;
    if (error.code === 'job/cancelled') return EXIT.cancelled;
    if (error.code === 'batch/not-found') return EXIT.nothingToDo;
    const isUsage = error.code.startsWith('usage/') || error.code === 'watch/feeds-itself';
    return isUsage ? EXIT.usage : EXIT.someFailed;
  }
  process.stderr.write(
    `This is a defect of the program, please report it:\n${String(error instanceof Error ? error.stack : error)}\n`,
  );
  return EXIT.someFailed;
}

// A reader that goes away early (`| head`) is no error of ours. Whoever has something to tidy up listens, too.
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
