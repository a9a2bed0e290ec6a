import { EnlargerError } from '../../api/errors.ts';
import type { Size } from '../../api/image.ts';

/**
 * Checks that two images have the same size.
 *
 * @throws EnlargerError `metrics/size-mismatch`, naming both sizes.
 */
export function requireSameSize(reference: Size, output: Size): void {
  if (reference.width === output.width && reference.height === output.height) return;
  throw new EnlargerError(
    'metrics/size-mismatch',
    `The reference is ${reference.width} × ${reference.height} px and the output ${output.width} × ${output.height} px. ` +
      'Only images of the same size can be compared.',
    {
      referenceWidth: reference.width,
      referenceHeight: reference.height,
      outputWidth: output.width,
      outputHeight: output.height,
    },
  );
}
