/** Limits for files that a user adds. Real files stay far below; anything above would only exhaust the machine. */

/** A file of this size contains half a billion weights of 16 bits. */
export const MAX_FILE_BYTES = 2 ** 30;

/** The largest published networks have some 5,000 tensors. */
export const MAX_TENSORS = 20_000;

export const MAX_NAME_CHARACTERS = 1_000;

/** Values of all tensors together. */
export const MAX_VALUES = 2 ** 28;

/** Header of a `.safetensors` file, or the pickled structure of a `.pth` file. */
export const MAX_STRUCTURE_BYTES = 32 * 2 ** 20;

/** Sides of a kernel, factors and similar numbers. */
export const MAX_SIDE = 64;
