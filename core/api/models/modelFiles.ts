import { extensionOf } from '../imageFormats.ts';

/** Extensions of files with networks, lower case, without the dot. A `.bin` contains the weights of a `.param`. */
export const MODEL_EXTENSIONS: readonly string[] = [
  'onnx',
  'safetensors',
  'pth',
  'pt',
  'ckpt',
  'param',
  'bin',
];

/** Whether a file may contain a network, by its name. */
export function isModelFileName(name: string): boolean {
  return MODEL_EXTENSIONS.includes(extensionOf(name));
}
