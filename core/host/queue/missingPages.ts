import path from 'node:path';
import type { JobSettings } from '../../api/jobSettings.ts';
import type { OutputFormat } from '../../api/outputFormats.ts';
import { arePagesApart, chosenPages } from '../../api/pageChoice.ts';
import { existingKind } from '../../files/publish.ts';
import { readSourceFacts } from '../../image/readInput.ts';
import { otherPageName } from '../../jobs/pageNames.ts';
import { isTruncated } from './isTruncated.ts';

interface FirstPage {
  readonly source: string;
  /** The file of the first page. */
  readonly target: string;
  readonly format: OutputFormat;
}

async function isMissing(file: string): Promise<boolean> {
  const kind = await existingKind(file);
  return kind === 'nothing' || (kind === 'file' && (await isTruncated(file)));
}

/**
 * The names of further pages' files that are missing or incomplete although the file of the first page exists. Empty if all
 * pages are in one file, and for a source that can no longer be read.
 */
export async function missingPages(
  { source, target, format }: FirstPage,
  { pages = 'all' }: JobSettings,
): Promise<string[]> {
  if (!arePagesApart('tiff', format)) return [];
  const facts = await readSourceFacts(source, pages).catch(() => undefined);
  if (facts === undefined || facts.pages === 1 || !arePagesApart(facts.format, format)) return [];
  const [first = 0, ...others] = chosenPages(pages, facts.pages);
  const files = others.map((page) => otherPageName(target, first + 1, page + 1));
  const missing: string[] = [];
  for (const file of files) if (await isMissing(file)) missing.push(path.basename(file));
  return missing;
}
