import { EnlargerError, type ErrorCode } from '../api/errors.ts';

const REASONS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  EACCES: ['output/no-permission', 'there is no permission to write there'],
  EPERM: ['output/no-permission', 'there is no permission to write there'],
  EROFS: ['output/no-permission', 'the volume is read-only'],
  ENOSPC: ['output/no-space', 'the disk is full'],
  EDQUOT: ['output/no-space', 'the disk quota is used up'],
  EFBIG: ['output/no-space', 'the file would be larger than the volume allows'],
  EISDIR: ['output/is-a-directory', 'a folder of that name is in the way'],
  ENOTDIR: ['output/not-writable', 'a part of its path is a file'],
  EEXIST: ['output/exists', 'it already exists'],
  ELOOP: ['output/not-writable', 'its path is a circle of symbolic links'],
  ENAMETOOLONG: ['output/not-writable', 'its name is too long for the volume'],
};

export function systemCodeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** A file-system error while writing an output, as an error from the closed list. */
export function outputError(file: string, error: unknown): EnlargerError {
  if (error instanceof EnlargerError) return error;
  const systemCode = systemCodeOf(error);
  const [code, reason] = REASONS[systemCode] ?? [
    'output/not-writable',
    error instanceof Error ? error.message : String(error),
  ];
  return new EnlargerError(
    code,
    `${file} cannot be written: ${reason}.`,
    { file, systemCode },
    { cause: error },
  );
}

/** The same for a folder that could not be made. */
export function folderError(folder: string, error: unknown): EnlargerError {
  if (systemCodeOf(error) !== 'EEXIST') return outputError(folder, error);
  const message = `${folder} cannot be written: a file, or a link that leads nowhere, has the name of the folder.`;
  return new EnlargerError('output/not-writable', message, { file: folder }, { cause: error });
}
