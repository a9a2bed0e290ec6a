import type { Command } from 'commander';

/** Adds `enlarger models` with its subcommands; listing is the default. */
export function addModelsCommand(program: Command, setExitCode: (code: number) => void): void {
  const models = program.command('models').description('list the models, add your own, and remove them');
  const load = () => import('./modelsCommand.ts');
  const addCommon = (command: Command): Command =>
    command
      .option('--data <dir>', 'folder of the added models (default: where the system keeps such data)')
      .option('--json', 'output JSON', false);
  addCommon(models.command('list', { isDefault: true }))
    .description('list the installed models')
    .option('-m, --models <dir>', 'folder of models')
    .option('--verify', 'check every weight file, and run every network once', false)
    .action(async (options: unknown) => {
      setExitCode(await (await load()).listModels(options));
    });
  addCommon(models.command('add'))
    .description('add networks: .onnx, .pth, .safetensors, ncnn .param with .bin, or a folder of them')
    .argument('<files...>', 'files or folders')
    .option('--name <name>', 'name of the model (default: the name of the file)')
    .option('--licence <licence>', 'licence of the weights, e.g. CC-BY-NC-SA-4.0')
    .option('--author <name>', 'who made it')
    .option('--source <text>', 'where it was found')
    .action(async (files: string[], options: unknown) => {
      setExitCode(await (await load()).addModels(files, options));
    });
  const addChoice = (name: string, description: string): Command =>
    addCommon(models.command(name)).description(description).argument('<model>', 'id of the model');
  addChoice('show', 'show all that is known of a model').action(async (id: string, options: unknown) => {
    setExitCode(await (await load()).showModel(id, options));
  });
  addChoice('remove', 'remove a model that was added').action(async (id: string, options: unknown) => {
    setExitCode(await (await load()).removeModel(id, options));
  });
  addChoice('verify', 'check a model, and run it once').action(async (id: string, options: unknown) => {
    setExitCode(await (await load()).verifyOne(id, options));
  });
}
