import { Command } from 'commander';
import { EnlargerError } from '../../core/api/errors.ts';

/** An earlier batch that is continued, or results that are repeated: neither accepts other settings. */
const EARLIER = [
  {
    option: '--from-report',
    does: 'repeats the results of the report as they were',
    also: ['dryRun', 'failFast'],
  },
  { option: '--resume', does: 'continues a batch with its own inputs and settings', also: ['failFast'] },
] as const;

type AddOptions = (command: Command) => Command;

/**
 * Makes a command refuse settings that were given with `--from-report` or `--resume`, which would ignore them.
 *
 * @param groups Adds the options that decide on the content of a result, or on its name.
 * @param used Of them, what `--from-report` still uses.
 */
export function refuseUnused(command: Command, groups: readonly AddOptions[], used: string): Command {
  const deciding = groups.flatMap((add) =>
    add(new Command()).options.map((option) => option.attributeName()),
  );
  return command.hook('preAction', (_, run) => {
    const isGiven = (name: string): boolean => run.getOptionValueSource(name) === 'cli';
    const earlier = EARLIER.find(({ option }) => isGiven(option === '--resume' ? 'resume' : 'fromReport'));
    if (earlier === undefined) return;
    const unused = new Set([...deciding, ...earlier.also]);
    if (earlier.option === '--from-report') unused.delete(used);
    const given = run.options.find(
      (option) => unused.has(option.attributeName()) && isGiven(option.attributeName()),
    );
    if (given === undefined) return;
    const flags = given.flags.replace(/ [<[].*/, '');
    throw new EnlargerError('usage/invalid-option', `${earlier.option} ${earlier.does}. Leave out ${flags}.`);
  });
}
