import { EnlargerError } from '../api/errors.ts';
import { megapixelText, type Size } from '../api/image.ts';
import type { Sizing } from '../api/jobSettings.ts';

/** @throws EnlargerError `image/too-large` when a result would have more than the allowed pixels. */
export function assertOutputSize(size: Size, maxMegapixels: number): void {
  const pixels = size.width * size.height;
  if (pixels / 1e6 <= maxMegapixels) return;
  throw new EnlargerError(
    'image/too-large',
    `The result would be ${size.width} × ${size.height} px (${megapixelText(pixels)} MP); the limit is ` +
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
    case 'print':
      return `${sizing.width}x${sizing.height}${sizing.unit}`;
    case 'megapixels':
      return `${sizing.megapixels}mp`;
  }
}
