import { execFileSync } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './temporaryFolder.ts';

/** The kernel's own driver, or the one of the package exfat-fuse. */
const MOUNTS = [
  ['mount', '-t', 'exfat'],
  ['mount.exfat-fuse', '-o', 'nonempty'],
];

function succeeds([command = '', ...args]: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A volume in a file, without hard links, owners or case sensitivity. */
export class ExfatVolume {
  readonly folder: string;
  readonly #device: string;

  /** Makes and mounts it, until the test is over. The file is sparse; less free space than the settings ask for stops work. */
  constructor(sizeMb = 4096) {
    const place = temporaryFolder();
    this.folder = path.join(place, 'volume');
    const image = path.join(place, 'volume.img');
    mkdirSync(this.folder);
    writeFileSync(image, '');
    truncateSync(image, sizeMb * 1024 * 1024);
    execFileSync('mkfs.exfat', [image], { stdio: 'ignore' });
    this.#device = execFileSync('losetup', ['--find', '--show', image], { encoding: 'utf8' }).trim();
    onTestFinished(() => {
      succeeds(['umount', '-l', this.folder]);
      succeeds(['losetup', '--detach', this.#device]);
    });
    this.#mount();
  }

  /** Mounts it again, as after unplugging it: files get other inodes. */
  remount(): void {
    execFileSync('umount', [this.folder]);
    this.#mount();
  }

  #mount(): void {
    if (!MOUNTS.some((mount) => succeeds([...mount, this.#device, this.folder])))
      throw new Error('This machine cannot mount exFAT.');
  }
}

/** Whether this machine can make and mount such volumes. */
export function canMountExfat(): boolean {
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
  return isRoot && ['mkfs.exfat', 'mount.exfat-fuse', 'losetup'].every((tool) => succeeds(['which', tool]));
}
