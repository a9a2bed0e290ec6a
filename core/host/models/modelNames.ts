import path from 'node:path';

const MAX_CHARACTERS = 60;

/** What a file is called without its folder and its ending. */
export function nameOfFile(file: string): string {
  return path.basename(file).replace(/\.(onnx|safetensors|pth|pt|ckpt|param|bin)$/i, '');
}

/** An id as manifests have it: lower-case words joined by hyphens, with none that is taken. */
export function newModelId(name: string, isTaken: (id: string) => boolean): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_CHARACTERS)
    .replace(/^-+|-+$/g, '');
  const id = words === '' ? 'model' : words;
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? id : `${id}-${number}`;
    if (!isTaken(candidate)) return candidate;
  }
}
