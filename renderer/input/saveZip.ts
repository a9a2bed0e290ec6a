import { downloadZip } from 'client-zip';
import { saveInBrowser } from './choose.ts';

interface NamedFile {
  readonly url: string;
  readonly fileName: string;
}

/** Two results can have the same name if they come from different folders. */
export class UniqueNames {
  readonly #used = new Set<string>();

  next(name: string): string {
    const dot = name.lastIndexOf('.');
    const [base, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
    let unique = name;
    for (let number = 2; this.#used.has(unique.toLowerCase()); number++)
      unique = `${base} (${number})${ending}`;
    this.#used.add(unique.toLowerCase());
    return unique;
  }
}

/** Has the browser save several files as one ZIP; each is fetched when it is its turn. */
export async function saveAllInBrowser(files: AsyncIterable<NamedFile>, zipName: string): Promise<void> {
  const names = new UniqueNames();
  async function* contents(): AsyncGenerator<{ name: string; input: Response }> {
    for await (const { url, fileName } of files) {
      const input = await fetch(url);
      if (!input.ok) throw new Error(`${fileName} could not be fetched: ${input.status}.`);
      yield { name: names.next(fileName), input };
    }
  }
  // The browser keeps a large blob on disk, not in memory.
  const url = URL.createObjectURL(await downloadZip(contents()).blob());
  saveInBrowser(url, zipName);
  // Saving begins after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
