/** What browsers and file managers give for a page, a share or a file; `C://photos` is a path of Windows. */
const ADDRESS = /^[a-z][a-z\d+.-]+:\/\//i;

/** Whether a text looks like an address (`https://…`, `smb://…`), of which `path.resolve` would make folders. */
export function isAddress(text: string): boolean {
  return ADDRESS.test(text);
}

/** Why an address cannot be read, and what to do; undefined for a text that is not an address. */
export function addressProblem(text: string): string | undefined {
  if (!isAddress(text)) return undefined;
  const advice = /^file:/i.test(text)
    ? 'Write the path without file://.'
    : 'Download the images first; for a share, name the folder where it is mounted.';
  return `${text} is an address, and addresses are not read. ${advice}`;
}
