/** Saves a file through the browser; the desktop program shows a dialog. */
export type SaveInBrowser = (url: string, fileName: string) => void;
/** Saves several files through the browser, as one ZIP file. */
export type SaveAllInBrowser = (
  files: AsyncIterable<{ readonly url: string; readonly fileName: string }>,
  zipName: string,
) => Promise<void>;

export type CopyImage = (url: string) => Promise<void>;
