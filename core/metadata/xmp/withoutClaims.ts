import { utf8Text } from '../byteFields.ts';

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
const FILM_PROPERTIES =
  '(?:MicroVideo(?:Version|Offset|PresentationTimestampUs)|MotionPhoto(?:Version|PresentationTimestampUs))';
const CAMERA_NAMESPACE = 'http://ns.google.com/photos/1.0/camera/';

function isClaim(namespace: string): boolean {
  return CLAIM_NAMESPACES.includes(namespace) || namespace.startsWith(DYNAMIC_DEPTH);
}

/** The prefixes under which a packet uses some namespaces: word characters and hyphens, safe in a pattern. */
function prefixesOf(text: string, isMeant: (namespace: string) => boolean): string[] {
  const declarations = [...text.matchAll(/xmlns:([\w-]+)\s*=\s*["']([^"']*)["']/g)];
  return [...new Set(declarations.filter(([, , uri = '']) => isMeant(uri)).map(([, prefix = '']) => prefix))];
}

/** The text without properties of that name, whether they are elements with content or attributes. */
function withoutProperties(text: string, prefix: string, name: string): string {
  const element = new RegExp(`<(${prefix}:${name})(?:\\s[^<>]*)?(?:/>|>[\\s\\S]*?</\\1\\s*>)`, 'g');
  const attribute = new RegExp(`\\s${prefix}:${name}\\s*=\\s*(?:"[^"]*"|'[^']*')`, 'g');
  return text.replace(element, '').replace(attribute, '');
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
  const claims = prefixesOf(text, isClaim).map((prefix) => [prefix, '[\\w-]+'] as const);
  const films = prefixesOf(text, (uri) => uri === CAMERA_NAMESPACE).map(
    (prefix) => [prefix, FILM_PROPERTIES] as const,
  );
  const kept = [...claims, ...films].reduce(
    (rest, [prefix, name]) => withoutProperties(rest, prefix, name),
    text,
  );
  return kept === text ? xmp : new TextEncoder().encode(kept);
}
