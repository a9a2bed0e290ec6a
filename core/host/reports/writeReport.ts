import { open, rm, writeFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { ReportFormat } from '../../api/batchSpec.ts';
import { defined } from '../../api/defined.ts';
import { EnlargerError } from '../../api/errors.ts';
import { fileVersion } from '../../files/fileKey.ts';
import { makeFolder } from '../../files/makeFolder.ts';
import { unfinishedFile } from '../../files/unfinishedFile.ts';
import { outputError, systemCodeOf } from '../../files/outputError.ts';
import { existingKind, numberedName, publish } from '../../files/publish.ts';
import { CSV_HEADER } from '../../report/csvReport.ts';
import { HTML_MARK } from '../../report/htmlReport.ts';

/** A text in the first bytes of our reports, and of no other file. */
const MARKS: Readonly<Record<ReportFormat, RegExp>> = {
  json: /^\s*\{\s*"schema":\s*"enlarger\.(batch-)?report\//,
  csv: new RegExp(`^\\uFEFF?${CSV_HEADER.slice(0, 60)}`),
  html: new RegExp(HTML_MARK),
};

const HEAD_BYTES = 4096;

async function startOf(file: string): Promise<string> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, 'r');
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle?.close();
  }
}

async function isReport(file: string, format: ReportFormat): Promise<boolean> {
  return (await existingKind(file)) === 'file' && MARKS[format].test(await startOf(file));
}

/**
 * The name for a report: the requested one, or a numbered one if another report has that name, for example one of
 * another list of jobs.
 *
 * @param isOwn Whether an existing report may be replaced.
 */
export async function ownReportPath(
  wanted: string,
  format: ReportFormat,
  isOwn: (file: string) => Promise<boolean>,
): Promise<string> {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? wanted : numberedName(wanted, number);
    if (!(await isReport(candidate, format)) || (await isOwn(candidate))) return candidate;
  }
}

/**
 * Refuses the name of a file that is not a report of this format.
 *
 * @throws EnlargerError `output/exists` or `output/…`.
 */
export async function assertReportMayBeWritten(target: string, format: ReportFormat): Promise<void> {
  if ((await existingKind(target)) === 'nothing' || (await isReport(target, format))) return;
  const message = `${target} exists and is not a report of this program, so it was not replaced. Choose another name.`;
  throw new EnlargerError('output/exists', message, { file: target });
}

/**
 * Writes a report file: complete under its name, or not at all. An older report of that name is replaced.
 *
 * @param content In one piece or several.
 *
 * @throws EnlargerError `output/…`.
 */
export async function writeReport(
  target: string,
  format: ReportFormat,
  content: string | AsyncIterable<string>,
): Promise<void> {
  await assertReportMayBeWritten(target, format);
  const folder = path.dirname(target);
  const tempPath = await unfinishedFile(target);
  try {
    await makeFolder(folder);
    const handle = await open(tempPath, 'wx');
    try {
      await writeFile(handle, content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await publish(tempPath, target, 'overwrite', defined({ replaces: await fileVersion(target) }));
  } catch (error) {
    // An error of the system; all others come from the content.
    throw systemCodeOf(error) === '' ? error : outputError(target, error);
  } finally {
    await rm(tempPath, { force: true });
  }
}
