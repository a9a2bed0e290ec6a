import { utf8Text } from '../byteFields.ts';
import { replaceElements, withoutAttributes } from './xmpFields.ts';

/**
 * Namespaces that describe what follows the image in its file: gain maps, depth maps, films, second views. None of it is
 * kept.
 */
const CLAIM_NAMESPACES = [
  'http://ns.adobe.com/hdr-gain-map/1.0/',
  'http://ns.apple.com/HDRGainMap/1.0/',
  'http://ns.google.com/photos/1.0/container/',
  'http://ns.google.com/photos/1.0/container/item/',
  'http://ns.google.com/photos/1.0/depthmap/',
  'http://ns.google.com/photos/1.0/image/',
];

/** The namespaces of Google's newer depth maps begin with this. */
const DYNAMIC_DEPTH = 'http://ns.google.com/photos/dd/1.0/';

/** Google's camera namespace contains other things, too; these describe a film behind the image. */
const FILM_PROPERTIES = [
  'MicroVideoVersion',
  'MicroVideoOffset',
  'MicroVideoPresentationTimestampUs',
  'MotionPhotoVersion',
  'MotionPhotoPresentationTimestampUs',
];
const CAMERA_NAMESPACE = 'http://ns.google.com/photos/1.0/camera/';

function isClaim(namespace: string): boolean {
  return CLAIM_NAMESPACES.includes(namespace) || namespace.startsWith(DYNAMIC_DEPTH);
}

/** The prefixes under which a packet uses some namespaces. */
function prefixesOf(text: string, isWanted: (namespace: string) => boolean): ReadonlySet<string> {
  const declarations = [...text.matchAll(/xmlns:([\w-]+)\s*=\s*["']([^"']*)["']/g)];
  return new Set(declarations.filter(([, , uri = '']) => isWanted(uri)).map(([, prefix = '']) => prefix));
}

/**
 * A packet without claims that are false for the enlarged image: that the file contains a gain map, a film or a second
 * view.
 *
 * @returns The same packet if it does not contain such claims, or is not UTF-8.
 */
export function withoutClaims(xmp: Uint8Array): Uint8Array {
  const text = utf8Text(xmp);
  if (text === undefined) {
    return xmp;
  }
  const claims = prefixesOf(text, isClaim);
  const cameras = prefixesOf(text, (uri) => uri === CAMERA_NAMESPACE);
  if (claims.size + cameras.size === 0) return xmp;
  const isFalse = (qualified: string): boolean => {
    const [prefix = '', name = ''] = qualified.split(':');
    return claims.has(prefix) || (cameras.has(prefix) && FILM_PROPERTIES.includes(name));
  };
  const withoutElements = replaceElements(text, isFalse, () => '');
  const kept = withoutAttributes(withoutElements, isFalse);
  return kept === text ? xmp : new TextEncoder().encode(kept);
}
