import { deflateSync } from 'node:zlib';
import { hasText, joinBytes, latin1Bytes } from '../byteFields.ts';

/** Keyword with which ImageMagick and programs that copied it store metadata as hexadecimal text. */
export const RAW_PROFILE_KEYWORD = 'Raw profile type ';

const DIGITS_PER_LINE = 72;

/** The bytes in an ImageMagick raw profile: "\n<name>\n<length>\n<hexadecimal digits>"; undefined when it is damaged. */
export function readRawProfile(text: Uint8Array): Uint8Array | undefined {
  const [, nameEnd = -1, lengthEnd = -1] = lineEnds(text);
  if (!hasText(text, '\n') || lengthEnd < 0) {
    return undefined;
  }
  const declaredBytes = Number(
    String.fromCharCode(...text.subarray(nameEnd + 1, Math.min(lengthEnd, nameEnd + 20))),
  );
  if (!Number.isInteger(declaredBytes) || declaredBytes <= 0 || declaredBytes > text.length / 2) {
    return undefined;
  }
  const bytes = new Uint8Array(declaredBytes);
  let digits = 0;
  for (let index = lengthEnd + 1; index < text.length && digits < declaredBytes * 2; index += 1) {
    const digit = hexDigit(text[index] ?? 0);
    if (digit !== undefined) {
      bytes[digits >> 1] = ((bytes[digits >> 1] ?? 0) << 4) | digit;
      digits += 1;
    }
  }
  return digits === declaredBytes * 2 ? bytes : undefined;
}

/** The data of a zTXt chunk that contains bytes as an ImageMagick raw profile. */
export function rawProfileChunkData(name: string, bytes: Uint8Array): Uint8Array {
  const digits = Buffer.from(bytes).toString('hex');
  const lines = digits.match(new RegExp(`.{1,${DIGITS_PER_LINE}}`, 'g')) ?? [];
  const text = `\n${name}\n${String(bytes.length).padStart(8)}\n${lines.join('\n')}\n`;
  return joinBytes([latin1Bytes(`${RAW_PROFILE_KEYWORD}${name}\0\0`), deflateSync(latin1Bytes(text))]);
}

function lineEnds(text: Uint8Array): number[] {
  const ends: number[] = [];
  for (let end = text.indexOf(10); end >= 0 && ends.length < 3; end = text.indexOf(10, end + 1)) {
    ends.push(end);
  }
  return ends;
}

function hexDigit(code: number): number | undefined {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 0x20;
  return letter >= 97 && letter <= 102 ? letter - 87 : undefined;
}
