/** A field of a TIFF directory: SHORT (3), LONG (4), BYTE (1), ASCII (2), UNDEFINED (7) or RATIONAL (5) values, the last in pairs. */
export interface TiffField {
  readonly tag: number;
  readonly type: 1 | 2 | 3 | 4 | 5 | 7;
  readonly values: readonly number[];
}

/** One image of a TIFF file: its pixels, and its fields except for the place of the pixels. */
export interface TiffPage {
  readonly fields: readonly TiffField[];
  readonly pixels: Uint8Array;
  /** Directories below it. */
  readonly below?: readonly TiffPage[];
}

/** Of one value; a rational has two. */
const BYTES = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 4, 7: 1 } as const;

export interface TiffOptions {
  /** Keeps fields in the given order. */
  readonly unsorted?: boolean;
  /** The offset of the next directory in the last one. */
  readonly lastNext?: number;
}

function put(view: DataView, at: number, type: TiffField['type'], value: number): void {
  if (BYTES[type] === 1) view.setUint8(at, value);
  else if (type === 3) view.setUint16(at, value, true);
  else view.setUint32(at, value, true);
}

/** Writes a little-endian TIFF by hand, valid or not: encoders do not write the files that tests need. */
export function tiffFile(pages: readonly TiffPage[], options: TiffOptions = {}): Buffer {
  const parts: Uint8Array[] = [new Uint8Array(8)];
  const pointers: [number, number][] = [];
  let length = 8;
  const append = (bytes: Uint8Array): number => {
    const start = length;
    parts.push(bytes, new Uint8Array(-bytes.length & 1));
    length += bytes.length + (-bytes.length & 1);
    return start;
  };
  const writePage = (page: TiffPage): { readonly offset: number; readonly nextAt: number } => {
    const below = (page.below ?? []).map((one) => writePage(one).offset);
    const pixels = append(page.pixels);
    const has = (tag: number): boolean => page.fields.some((field) => field.tag === tag);
    const fields: TiffField[] = [
      ...page.fields,
      ...(has(273) ? [] : [{ tag: 273, type: 4, values: [pixels] } as const]),
      ...(has(279) ? [] : [{ tag: 279, type: 4, values: [page.pixels.length] } as const]),
      ...(below.length === 0 ? [] : [{ tag: 330, type: 4, values: below } as const]),
    ].filter(({ values }) => values.length > 0);
    if (options.unsorted !== true) fields.sort((a, b) => a.tag - b.tag);
    const table = new Uint8Array(2 + fields.length * 12 + 4);
    const view = new DataView(table.buffer);
    view.setUint16(0, fields.length, true);
    fields.forEach(({ tag, type, values }, index) => {
      const at = 2 + index * 12;
      view.setUint16(at, tag, true);
      view.setUint16(at + 2, type, true);
      view.setUint32(at + 4, type === 5 ? values.length / 2 : values.length, true);
      const bytes = new Uint8Array(Math.max(4, values.length * BYTES[type]));
      const inside = new DataView(bytes.buffer);
      values.forEach((value, place) => {
        put(inside, place * BYTES[type], type, value);
      });
      if (bytes.length <= 4) table.set(bytes, at + 8);
      else view.setUint32(at + 8, append(bytes), true);
    });
    const offset = append(table);
    return { offset, nextAt: offset + table.length - 4 };
  };
  let pointerAt = 4;
  for (const page of pages) {
    const { offset, nextAt } = writePage(page);
    pointers.push([pointerAt, offset]);
    pointerAt = nextAt;
  }
  const file = Buffer.concat(parts);
  file.write('II*\0', 0, 'latin1');
  for (const [at, offset] of pointers) file.writeUInt32LE(offset, at);
  if (options.lastNext !== undefined) file.writeUInt32LE(options.lastNext, pointerAt);
  return file;
}

export interface TiffImageOptions {
  readonly width: number;
  readonly height: number;
  readonly bits?: number;
  readonly channels?: number;
  readonly photometric?: number;
  readonly sampleFormat?: number;
  readonly extra?: readonly TiffField[];
}

/** The fields of an uncompressed image in one strip. */
export function tiffFields(options: TiffImageOptions): TiffField[] {
  const { width, height, bits = 8, channels = 3, photometric = 2, sampleFormat, extra = [] } = options;
  const fields: TiffField[] = [
    { tag: 256, type: 4, values: [width] },
    { tag: 257, type: 4, values: [height] },
    { tag: 258, type: 3, values: new Array<number>(channels).fill(bits) },
    { tag: 259, type: 3, values: [1] },
    { tag: 262, type: 3, values: [photometric] },
    { tag: 277, type: 3, values: [channels] },
    { tag: 278, type: 4, values: [height] },
    ...(sampleFormat === undefined
      ? []
      : [{ tag: 339, type: 3, values: new Array<number>(channels).fill(sampleFormat) } as const]),
  ];
  return [...fields.filter(({ tag }) => !extra.some((one) => one.tag === tag)), ...extra];
}
