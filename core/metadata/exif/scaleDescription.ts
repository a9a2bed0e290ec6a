import type { Size } from '../../api/image.ts';

/** An image's size before and after. */
export interface SizeChange {
  readonly from: Size;
  readonly to: Size;
}

/** The sides of a plane in the shape that tifffile writes as JSON: its height, then its width, with or without channels behind them. */
function scaleShape(text: string, { from, to }: SizeChange): string {
  return text.replace(/("shape":\s*\[)([\d,\s]+)(\])/, (all, start: string, list: string, end: string) => {
    const sides = list.split(',').map(Number);
    const place = sides.findLastIndex(
      (side, index) => side === from.height && sides[index + 1] === from.width,
    );
    if (place < 0) return all;
    return `${start}${sides.toSpliced(place, 2, to.height, to.width).join(', ')}${end}`;
  });
}

/** The size of the pixels in OME-XML, and how large each is in nature. */
function scaleOme(text: string, { from, to }: SizeChange): string {
  return text.replace(/<(?:\w+:)?Pixels\b[^<>]*>/g, (tag) => {
    if (!tag.includes(` SizeX="${from.width}"`) || !tag.includes(` SizeY="${from.height}"`)) return tag;
    const physical = (name: string, factor: number) => (all: string, value: string) =>
      Number(value) > 0 ? ` ${name}="${Number((Number(value) * factor).toPrecision(12))}"` : all;
    return tag
      .replace(/ SizeX="\d+"/, ` SizeX="${to.width}"`)
      .replace(/ SizeY="\d+"/, ` SizeY="${to.height}"`)
      .replace(/ PhysicalSizeX="([^"]*)"/, physical('PhysicalSizeX', from.width / to.width))
      .replace(/ PhysicalSizeY="([^"]*)"/, physical('PhysicalSizeY', from.height / to.height));
  });
}

/**
 * The description of a stack for the enlarged image: programs for microscopes write the size of its planes into it.
 *
 * @returns undefined for every other text.
 */
export function scaleDescription(text: string, change: SizeChange): string | undefined {
  const scaled = text.startsWith('{') ? scaleShape(text, change) : scaleOme(text, change);
  return scaled === text ? undefined : scaled;
}
