/**
 * The result of one check. `unused`: something optional that is not installed or was not tested. `warn`: the program
 * works, but something could be better; `fail`: something does not work. Both come with advice.
 */
export type Check =
  | { readonly state: 'ok' | 'unused'; readonly name: string; readonly found: string }
  | {
      readonly state: 'warn' | 'fail';
      readonly name: string;
      readonly found: string;
      readonly advice: string;
    };

export function ok(name: string, found: string): Check {
  return { state: 'ok', name, found };
}

export function unused(name: string, found: string): Check {
  return { state: 'unused', name, found };
}

export function warn(name: string, found: string, advice: string): Check {
  return { state: 'warn', name, found, advice };
}

export function fail(name: string, found: string, advice: string): Check {
  return { state: 'fail', name, found, advice };
}
