import { EnlargerError } from '../../api/errors.ts';

/** How libraries report that data are missing at the end. */
const CUT_OFF =
  /premature|truncated|unexpected end|end of (stream|file|data|image|input)|ran out|too short|incomplete|read error|not enough|\beof\b|cut off/i;

const DAMAGED = 'The image is damaged. Open it in another program and save it again, or copy it again.';
const ENDS_EARLY = 'The image is incomplete: its file ends too early. Copy or download it again.';

/** Boxes of an ISO base media file at its top level; more are not read. */
const MAX_BOXES = 64;

/**
 * Whether a file ends before the end that it states, as RIFF (WebP) and boxes (AVIF, HEIC, JPEG XL) do; undefined for
 * formats that state none. PNG files are examined earlier, by their last chunk.
 */
function endsEarly(file: Buffer): boolean | undefined {
  if (file.length < 16) return true;
  if (file.toString('latin1', 1, 4) === 'PNG') return false;
  if (file.toString('latin1', 0, 4) === 'RIFF') return 8 + file.readUInt32LE(4) > file.length;
  if (!['ftyp', 'JXL '].includes(file.toString('latin1', 4, 8))) return undefined;
  let end = 0;
  for (let box = 0; box < MAX_BOXES && end + 8 <= file.length; box++) {
    const sizeBytes = file.readUInt32BE(end);
    // 0: as long as the file; 1: a size of 64 bit follows.
    if (sizeBytes < 8) return false;
    end += sizeBytes;
  }
  return end > file.length;
}

/**
 * The error for an image that does not decode, in words for people who do not know its format.
 *
 * @param reason What was found, in the words of the library; kept in the error's details.
 * @param file The whole file, if it is known.
 */
export function damagedImage(reason: string, cause?: unknown, file?: Buffer): EnlargerError {
  const isCutOff = (file && endsEarly(file)) ?? CUT_OFF.test(reason);
  const message = isCutOff ? ENDS_EARLY : DAMAGED;
  return new EnlargerError('image/corrupt', message, { reason }, { cause });
}
