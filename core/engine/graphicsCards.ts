import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** A graphics card as the system lists it, whatever engine uses it. */
export interface GraphicsCard {
  readonly name: string;
  readonly isNvidia: boolean;
  readonly memoryBytes?: number;
  /** Its free memory now. */
  readonly freeBytes?: number;
  /** Version of its driver, if the system reports it. */
  readonly driver?: string;
}

const MEBIBYTE = 1024 ** 2;

/** A system tool that does not answer within this time is ignored. */
const TOOL_LIMIT_MS = 3_000;

const run = promisify(execFile);

/** A tool's output; undefined if it is missing, fails or hangs. */
async function outputOf(command: string, args: readonly string[]): Promise<string | undefined> {
  const options = { timeout: TOOL_LIMIT_MS, windowsHide: true, maxBuffer: 16 * MEBIBYTE };
  return run(command, args, options).then(
    ({ stdout }) => stdout,
    () => undefined,
  );
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** Lines of `nvidia-smi --query-gpu=name,memory.total,driver_version,memory.free --format=csv,noheader,nounits`. */
export function parseNvidiaSmi(text: string): GraphicsCard[] {
  return text.split('\n').flatMap((line) => {
    const [name, mebibytes, driver, freeMebibytes] = line.split(',').map((field) => field.trim());
    if (!name || mebibytes === undefined) return [];
    const memory = Number(mebibytes);
    const free = Number(freeMebibytes);
    return [
      {
        name,
        isNvidia: true,
        ...(memory > 0 && { memoryBytes: memory * MEBIBYTE }),
        ...(free > 0 && { freeBytes: free * MEBIBYTE }),
        ...(driver && { driver }),
      },
    ];
  });
}

/** The display class of the Windows registry, as `reg query … /s` prints it. */
export function parseRegistry(text: string): GraphicsCard[] {
  return text.split(/\r?\n\r?\n/).flatMap((key) => {
    const valueOf = (name: string): string | undefined =>
      new RegExp(`^\\s+${name.replace('.', '\\.')}\\s+REG_\\w+\\s+(.+?)\\s*$`, 'm').exec(key)?.[1];
    const name = valueOf('DriverDesc');
    const driver = valueOf('DriverVersion');
    if (name === undefined || driver === undefined || /Basic (Display|Render)/.test(name)) return [];
    const memory = Number(valueOf('HardwareInformation.qwMemorySize') ?? 0);
    const isNvidia = /nvidia/i.test(name);
    return [{ name, isNvidia, driver, ...(memory > 0 && { memoryBytes: memory }) }];
  });
}

/** The answer of `system_profiler -json SPDisplaysDataType`. */
export function parseSystemProfiler(text: string): GraphicsCard[] {
  const names = [...text.matchAll(/"sppci_model"\s*:\s*"([^"]+)"/g)].map((match) => match[1] ?? '');
  return names.map((name) => ({ name, isNvidia: /nvidia/i.test(name) }));
}

/** The name that a `pci.ids` file gives to a device. */
export function findPciName(pciIds: string, vendor: string, device: string): string | undefined {
  const vendorAt = pciIds.search(new RegExp(`^${vendor}  `, 'm'));
  if (vendorAt < 0) return undefined;
  const [head = '', ...lines] = pciIds.slice(vendorAt).split('\n');
  const end = lines.findIndex((line) => !/^[\t#]/.test(line));
  const own = (end < 0 ? lines : lines.slice(0, end)).find((line) => line.startsWith(`\t${device}  `));
  return own === undefined ? undefined : `${head.slice(6).trim()} ${own.slice(7).trim()}`;
}

const PCI_IDS = ['/usr/share/hwdata/pci.ids', '/usr/share/misc/pci.ids'];
const NVIDIA_PCI_VENDOR = '10de';

/** Cards of the Linux kernel's own drivers; NVIDIA's come from its own tool. */
function linuxCards(): GraphicsCard[] {
  const root = '/sys/class/drm';
  if (!existsSync(root)) return [];
  const pciIds = PCI_IDS.map(readText).find((text) => text !== undefined) ?? '';
  return readdirSync(root)
    .filter((name) => /^card\d+$/.test(name))
    .flatMap((name) => {
      const folder = path.join(root, name, 'device');
      const vendor = readText(path.join(folder, 'vendor'))?.replace('0x', '');
      const device = readText(path.join(folder, 'device'))?.replace('0x', '');
      if (vendor === undefined || device === undefined) return [];
      const memory = Number(readText(path.join(folder, 'mem_info_vram_total')) ?? 0);
      return [
        {
          name: findPciName(pciIds, vendor, device) ?? `Graphics card ${vendor}:${device}`,
          isNvidia: vendor === NVIDIA_PCI_VENDOR,
          ...(memory > 0 && { memoryBytes: memory }),
        },
      ];
    });
}

async function nvidiaCards(): Promise<GraphicsCard[]> {
  const query = ['--query-gpu=name,memory.total,driver_version,memory.free', '--format=csv,noheader,nounits'];
  return parseNvidiaSmi((await outputOf('nvidia-smi', query)) ?? '');
}

const WINDOWS_DISPLAY_CLASS =
  'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4d36e968-e325-11ce-bfc1-08002be10318}';

async function findCards(): Promise<GraphicsCard[]> {
  switch (process.platform) {
    case 'win32':
      return parseRegistry((await outputOf('reg', ['query', WINDOWS_DISPLAY_CLASS, '/s'])) ?? '');
    case 'darwin':
      return parseSystemProfiler((await outputOf('system_profiler', ['-json', 'SPDisplaysDataType'])) ?? '');
    default: {
      const nvidia = existsSync('/proc/driver/nvidia/version') ? await nvidiaCards() : [];
      return [...nvidia, ...linuxCards().filter(({ isNvidia }) => !isNvidia || nvidia.length === 0)];
    }
  }
}

/** Every graphics card that the system lists, the one with the most memory first. */
export async function findGraphicsCards(): Promise<GraphicsCard[]> {
  const cards = await findCards();
  return cards.sort((a, b) => (b.memoryBytes ?? 0) - (a.memoryBytes ?? 0));
}

/** Files that name Vulkan's drivers on Linux; the variables replace the folders. */
function vulkanDrivers(): string[] {
  const named = process.env['VK_DRIVER_FILES'] ?? process.env['VK_ICD_FILENAMES'];
  if (named) return named.split(path.delimiter);
  return ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d'].flatMap((folder) =>
    existsSync(folder) ? readdirSync(folder).map((name) => path.join(folder, name)) : [],
  );
}

/** The Vulkan driver that the user has set for the program, if any. */
export function forcedVulkanDriver(): string | undefined {
  const named = process.env['VK_DRIVER_FILES'] ?? process.env['VK_ICD_FILENAMES'];
  return named ? path.basename(named).replace(/(_icd)?(\.\w+)?\.json$/, '') : undefined;
}

/**
 * A value that changes with the drivers; the outcome of a device's trial is valid while it stays the same. On macOS drivers
 * come with the system.
 */
export async function driverFacts(): Promise<readonly string[]> {
  if (process.platform === 'win32') {
    return (await findCards()).map(({ name, driver }) => `${name} ${driver ?? ''}`);
  }
  if (process.platform === 'darwin') return [os.release()];
  const stamps = vulkanDrivers().map((file) => {
    const changedAt = existsSync(file) ? statSync(file).mtimeMs : 0;
    return `${file} ${changedAt}`;
  });
  const cards = linuxCards().map(({ name }) => name);
  return [os.release(), readText('/proc/driver/nvidia/version') ?? '', ...stamps, ...cards];
}
