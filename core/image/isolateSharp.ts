import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

/** glibc's flag that keeps a library mapped for good; Node does not name it. */
const RTLD_NODELETE = 0x1000;

/** The addon and libvips as two files, found from where sharp itself would look. */
function findBinaries(): { readonly libvips: string; readonly addon: string } {
  const fromSharp = createRequire(createRequire(import.meta.url).resolve('sharp'));
  const platform = `linux-${process.arch}`;
  const folder = path.join(path.dirname(fromSharp.resolve(`@img/sharp-${platform}/sharp.node`)), 'lib');
  const addon = readdirSync(folder).find((name) => name.endsWith('.node'));
  if (addon === undefined) throw new Error(`${folder} has no addon; install the program again.`);
  return {
    libvips: fromSharp.resolve(`@img/sharp-libvips-${platform}/binary`),
    addon: path.join(folder, addon),
  };
}

/** Maps a library that is not an addon. Node throws an error because of that, and the library stays mapped. */
function mapLibrary(file: string, flags: number): void {
  try {
    process.dlopen({ exports: {} }, file, flags);
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('did not self-register'))) throw error;
  }
}

/** Drops the one warning that sharp gives under Electron on Linux; the problem is solved here. */
function silenceElectronWarning(): void {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = (warning: string | Error, ...rest: unknown[]): void => {
    const [options] = rest;
    const isSharps =
      typeof options === 'object' &&
      options !== null &&
      'code' in options &&
      options.code === 'SharpElectronLinux';
    if (!isSharps) Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
}

/**
 * Keeps sharp and Electron apart on Linux; elsewhere it does nothing. Has to run before sharp is loaded.
 *
 * [Note: Two GLibs] Electron loads the system's GLib, and libvips brings its own. As shipped, sharp's addon takes seven
 * functions from the system's and the objects from libvips': thousands of messages, a leak, and no time limit. So
 * libvips is mapped first, with its own GLib, and then the addon with RTLD_DEEPBIND, which looks there first. The flag
 * on the addon alone would crash: libvips would free with glibc what Electron's allocator gave.
 */
export function isolateSharp(): void {
  if (process.platform !== 'linux' || process.versions['electron'] === undefined) return;
  const { RTLD_LAZY, RTLD_DEEPBIND } = os.constants.dlopen;
  const { libvips, addon } = findBinaries();
  mapLibrary(libvips, RTLD_LAZY | RTLD_NODELETE);
  process.dlopen({ exports: {} }, addon, RTLD_LAZY | RTLD_DEEPBIND);
  silenceElectronWarning();
}
