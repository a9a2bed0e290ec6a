/** Sentences on what an image's file contains apart from the image. None of it can be enlarged. */
export const LEFT_OUT = {
  gainMap: 'The gain map (the HDR part of the photo) was left out; the image itself was enlarged.',
  depth: 'The depth map of the photo was left out; the image itself was enlarged.',
  helper: 'A helper image of the photo (such as a mask) was left out; the image itself was enlarged.',
  film: 'The film of this motion photo was left out; the still was enlarged.',
  sound: 'The sound of the photo was left out; the image itself was enlarged.',
  view: 'A further image inside of the photo (such as the view of the other eye) was left out; the image itself was enlarged.',
  layers: 'The Photoshop layers of the TIFF were left out; the flattened image was enlarged.',
  mask: 'The mask of the TIFF was left out; the image itself was enlarged.',
  unknown: 'Data of an unknown kind after the image were left out.',
} as const;

export type LeftOutPart = keyof typeof LEFT_OUT;

/** A sentence on images other than the main one; empty without any. */
export function otherImagesNote(count: number): string[] {
  if (count <= 0) return [];
  const images = count === 1 ? 'Another image in the file was' : `${count} other images in the file were`;
  return [`${images} left out; the main one was enlarged.`];
}
