import type { Connection } from '../api/connection.ts';
import type { Incoming } from '../state/draft/incoming.ts';

/** Files of a paste: a copied image, or files copied in a file manager. */
export function incomingFromPaste(data: DataTransfer | null): readonly Incoming[] {
  return [...(data?.files ?? [])].map((file) => ({ kind: 'file', file: named(file, new Date()) }));
}

/** Browsers give every copied image the same name, so it is named after the time. */
export function named(file: File, now: Date): File {
  if (file.name !== 'image.png') return file;
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-');
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join('.');
  return new File([file], `pasted ${day} ${time}.png`, { type: file.type });
}

/**
 * Everything in a drop. The desktop program gets the folders themselves; a browser reads them, since it can
 * only send files.
 */
export async function incomingFromDrop(
  data: DataTransfer,
  connection: Connection,
): Promise<readonly Incoming[]> {
  // Both have to be taken before the first `await`: the drop's data is gone after it.
  const files = [...data.files];
  const entries = [...data.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (connection.desktop !== undefined || entries.length === 0) {
    return files.map((file) => ({ kind: 'file', file }));
  }
  const found = await Promise.all(entries.map((entry) => filesOf(entry)));
  return inOrder(found.flat()).map((file) => ({ kind: 'file', file }));
}

/** In natural order: 2 before 10. A browser lists a folder in any order. */
export function inOrder(files: readonly File[]): readonly File[] {
  const { compare } = new Intl.Collator(undefined, { numeric: true });
  return [...files].sort(
    (a, b) => compare(a.webkitRelativePath, b.webkitRelativePath) || compare(a.name, b.name),
  );
}

async function filesOf(entry: FileSystemEntry): Promise<readonly File[]> {
  if (isFile(entry)) return [await new Promise<File>((resolve, reject) => entry.file(resolve, reject))];
  if (!isFolder(entry)) return [];
  const inside = await entriesOf(entry.createReader());
  const found = await Promise.all(inside.map((each) => filesOf(each)));
  return found.flat();
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

/** All entries of a folder: its reader returns some at a time, and an empty list at the end. */
async function entriesOf(reader: FileSystemDirectoryReader): Promise<readonly FileSystemEntry[]> {
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}
