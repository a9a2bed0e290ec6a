import { EnhancerError } from '../api/errors.ts';
import type { Size } from '../api/picture.ts';
import type { Sizing } from '../api/jobSettings.ts';

function scaled(from: Size, factor: number): Size {
  return {
    width: Math.max(1, Math.round(from.width * factor)),
    height: Math.max(1, Math.round(from.height * factor)),
  };
}

/** Largest size inside a box that keeps the picture's shape; one side is exactly the box's. */
function fitted(from: Size, box: Size): Size {
  return box.width / from.width <= box.height / from.height
    ? { width: box.width, height: scaled(from, box.width / from.width).height }
    : { width: scaled(from, box.height / from.height).width, height: box.height };
}

/** The picture's size after a job, each side ≥ 1 px; a side asked for in pixels comes out exactly. */
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

/** @throws EnhancerError `image/too-large` when a result would have more than the allowed pixels. */
export function assertOutputSize(size: Size, maxMegapixels: number): void {
  const megapixels = (size.width * size.height) / 1e6;
  if (megapixels <= maxMegapixels) return;
  throw new EnhancerError(
    'image/too-large',
    `The result would be ${size.width} × ${size.height} px (${Math.round(megapixels)} MP); the limit is ` +
      `${maxMegapixels} MP. Choose a smaller size, or raise --max-output-megapixels.`,
    { width: size.width, height: size.height, maxMegapixels },
  );
}

/** What a size is called in a file name: `4x`, `3000w`, `2048long`. */
export function sizingLabel(sizing: Sizing): string {
  switch (sizing.kind) {
    case 'factor':
      return `${sizing.factor}x`;
    case 'width':
      return `${sizing.width}w`;
    case 'height':
      return `${sizing.height}h`;
    case 'fit':
      return `${sizing.width}x${sizing.height}`;
    case 'long-edge':
      return `${sizing.edge}long`;
    case 'short-edge':
      return `${sizing.edge}short`;
    case 'megapixels':
      return `${sizing.megapixels}mp`;
  }
}
