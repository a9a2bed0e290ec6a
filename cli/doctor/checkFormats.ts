import type { Raster } from '../../core/api/image.ts';
import { decodeImage, inspectImage } from '../../core/image/decode.ts';
import { IMAGE_FORMATS } from '../../core/api/imageFormats.ts';
import { isFormatAvailable } from '../../core/image/codecs/codecPackages.ts';
import { encodePixels } from '../../core/image/encode.ts';
import { OUTPUT_FORMATS, type OutputFormat } from '../../core/api/outputFormats.ts';
import { openUnwantedLoaders } from '../../core/image/imageLibrary.ts';
import { rasterStore } from '../../core/image/rowStore.ts';
import { fail, ok, type Check } from './check.ts';

const SIDE_PX = 16;
const ADVICE = 'Reinstall the program: its image library has been replaced.';

function sample(): Raster {
  const data = Uint8Array.from({ length: SIDE_PX * SIDE_PX * 3 }, (_, index) => (index * 7) % 256);
  return { width: SIDE_PX, height: SIDE_PX, channels: 3, data };
}

async function readBack(bytes: Buffer, format: OutputFormat): Promise<void> {
  const options = { colour: 'keep', maxPixels: 1e6 } as const;
  await decodeImage(await inspectImage(bytes, format, options), options);
}

async function writeAndRead(format: OutputFormat): Promise<void> {
  const options = { format, lossless: false, background: '#ffffff' };
  // An image this small is encoded in memory; the path is not used.
  const encoded = await encodePixels(rasterStore(sample()), options, '');
  if (encoded.kind === 'file') throw new TypeError('A small image is encoded in memory.');
  await readBack(encoded.bytes, format);
}

/** Undefined if it worked, otherwise the reason. */
async function attempt(work: () => Promise<void>): Promise<string | undefined> {
  return work().then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

async function checkWritten(format: OutputFormat): Promise<Check> {
  const { name: formatName, package: packageName = '' } = IMAGE_FORMATS[format];
  const name = `format ${formatName}`;
  if (!isFormatAvailable(format))
    return ok(name, `not available: the optional package ${packageName} is not installed`);
  const reason = await attempt(() => writeAndRead(format));
  return reason === undefined ? ok(name, 'read and written') : fail(name, reason, ADVICE);
}

async function checkBlocked(): Promise<Check> {
  const opened = await openUnwantedLoaders();
  if (opened.length === 0) return ok('blocked loaders', 'other formats are not opened');
  return fail('blocked loaders', `these formats should not be opened: ${opened.join(', ')}`, ADVICE);
}

/** Writes and reads a small image in every format, and tries the formats that must be refused. */
export async function checkFormats(): Promise<Check[]> {
  const checks: Check[] = [];
  for (const format of OUTPUT_FORMATS) checks.push(await checkWritten(format));
  return [...checks, await checkBlocked()];
}
