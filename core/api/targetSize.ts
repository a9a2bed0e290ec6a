import type { Size } from './image.ts';
import type { Sizing } from './jobSettings.ts';
import { printPixels } from './paperSizes.ts';

function scaled(from: Size, factor: number): Size {
  return {
    width: Math.max(1, Math.round(from.width * factor)),
    height: Math.max(1, Math.round(from.height * factor)),
  };
}

/** The largest size inside a box that keeps the aspect ratio; one side equals the box's exactly. */
function fitted(from: Size, box: Size): Size {
  return box.width / from.width <= box.height / from.height
    ? { width: box.width, height: scaled(from, box.width / from.width).height }
    : { width: scaled(from, box.height / from.height).width, height: box.height };
}

/** The sheet in pixels, turned like the image if that was requested. */
function sheet(from: Size, { width, height, unit, dotsPerInch, turns }: Sizing & { kind: 'print' }): Size {
  const box = {
    width: printPixels(width, unit, dotsPerInch),
    height: printPixels(height, unit, dotsPerInch),
  };
  const isAcross = box.width > box.height !== from.width > from.height && from.width !== from.height;
  return turns && isAcross ? { width: box.height, height: box.width } : box;
}

/** The image's size after a job, each side ≥ 1 px; a side given in pixels is met exactly. */
export function targetSize(from: Size, sizing: Sizing): Size {
  const landscape = from.width >= from.height;
  switch (sizing.kind) {
    case 'factor':
      return scaled(from, sizing.factor);
    case 'width':
      return { width: sizing.width, height: scaled(from, sizing.width / from.width).height };
    case 'height':
      return { width: scaled(from, sizing.height / from.height).width, height: sizing.height };
    case 'fit':
      return fitted(from, sizing);
    case 'print':
      return fitted(from, sheet(from, sizing));
    case 'long-edge':
      return targetSize(
        from,
        landscape ? { kind: 'width', width: sizing.edge } : { kind: 'height', height: sizing.edge },
      );
    case 'short-edge':
      return targetSize(
        from,
        landscape ? { kind: 'height', height: sizing.edge } : { kind: 'width', width: sizing.edge },
      );
    case 'megapixels':
      return scaled(from, Math.sqrt((sizing.megapixels * 1e6) / (from.width * from.height)));
  }
}
