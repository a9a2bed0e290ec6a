import type { Language } from '../api/languages.ts';
import { translate } from './translate.ts';

/** What a warning about a result is about; each has a text in every language. */
export type WarningKind =
  | 'maker-note'
  | 'profile'
  | 'exif'
  | 'sidecar'
  | 'report'
  | 'metadata'
  | 'hdr'
  | 'colours'
  | 'transparency'
  | 'raw-preview'
  | 'one-of-several'
  | 'page-files'
  | 'extras'
  | 'repaired'
  | 'other';

/**
 * Warnings are stored and published as English sentences (`warnings` of reports and events), also those of earlier
 * versions; the first of these that matches decides what a sentence is about.
 */
const SIGNS: readonly (readonly [WarningKind, RegExp])[] = [
  ['sidecar', /^The sidecar /],
  ['report', /^Its report /],
  ['maker-note', /maker note/],
  ['profile', /colour profile/],
  ['exif', /\bEXIF\b/],
  ['metadata', /metadata|\b(XMP|IPTC|ICC|PHOTOSHOP)\b|\bPNG (chunk|text)|have no place for/],
  ['hdr', /\bHDR\b|gain map|Floating-point values/],
  ['colours', /^The colours were converted/],
  ['transparency', /has no (partial )?transparency/],
  ['raw-preview', /^This is a raw file/],
  ['one-of-several', /^(Only|\d+ of \d+) .*(frame|page|animation|first)/],
  ['page-files', /pages (is|are) in (a file|files) of/],
  ['repaired', /has errors (?:beside|outside) its pixels|^The checksum of the PNG/],
  ['extras', /left out/],
];

/** What a warning is about; `other` for a sentence of a kind that is not known. */
export function warningKind(sentence: string): WarningKind {
  return SIGNS.find(([, sign]) => sign.test(sentence))?.[0] ?? 'other';
}

/** A warning in a language: the sentence itself in English, else what it is about. */
export function warningText(language: Language, sentence: string): string {
  return language === 'en' ? sentence : translate(language, `warning.${warningKind(sentence)}`);
}
