import { createHash } from 'node:crypto';
import { utf8Text } from '../byteFields.ts';

/** A packet that is too long for one JPEG segment, in two parts (Adobe XMP part 3, 1.1.3.1). */
export interface SplitXmp {
  readonly main: Uint8Array;
  readonly extension: Uint8Array;
  /** Name of the extension: 32 hexadecimal digits. */
  readonly guid: string;
}

const NOTE_NAMESPACE = 'http://ns.adobe.com/xmp/note/';
const RDF_NAMESPACE = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';

/** The name of the extension that a packet refers to. */
export function extensionGuid(main: Uint8Array): string | undefined {
  return /HasExtendedXMP\s*(?:=\s*["']|>)\s*([0-9A-Fa-f]{32})/.exec(utf8Text(main) ?? '')?.[1];
}

/**
 * Joins a main packet and its extension: the extension's descriptions follow those of the main packet.
 *
 * @returns undefined when the two cannot be separated safely; only the main packet is then used.
 */
export function mergeXmp(main: Uint8Array, extension: Uint8Array): Uint8Array | undefined {
  const mainText = utf8Text(main);
  const extra = splitRdf(utf8Text(extension) ?? '');
  const base = splitRdf(mainText ?? '');
  if (base === undefined || extra === undefined) {
    return undefined;
  }
  const namespaces = missingNamespaces(base.openTag, extra.openTag);
  if (namespaces === undefined) {
    return undefined;
  }
  const openTag = base.openTag.replace(/>$/, `${namespaces}>`);
  const merged = `${base.before}${openTag}${base.content}${extra.content}${base.after}`;
  return new TextEncoder().encode(withoutExtensionNote(merged));
}

/**
 * Splits a packet in two. Everything goes into the extension: the program cannot know which properties matter most,
 * and readers that know extensions read both.
 *
 * @returns undefined when the packet is not XMP in UTF-8.
 */
export function splitXmp(xmp: Uint8Array): SplitXmp | undefined {
  const text = utf8Text(xmp) ?? '';
  const body = elementText(text, 'x:xmpmeta') ?? elementText(text, 'rdf:RDF');
  if (body === undefined) {
    return undefined;
  }
  const extension = new TextEncoder().encode(body);
  // The name that XMP part 3 requires for an extended packet; it is not used for security.
  const guid = createHash('md5').update(extension).digest('hex').toUpperCase();
  const main = [
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>',
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="${RDF_NAMESPACE}">`,
    `<rdf:Description rdf:about="" xmlns:xmpNote="${NOTE_NAMESPACE}" xmpNote:HasExtendedXMP="${guid}"/>`,
    '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>',
  ].join('');
  return { main: new TextEncoder().encode(main), extension, guid };
}

/** The packet without the white space that some programs leave in it for edits in place. */
export function withoutPadding(xmp: Uint8Array): Uint8Array {
  const text = utf8Text(xmp);
  const end = text?.lastIndexOf('<?xpacket end') ?? -1;
  if (text === undefined || end < 0) {
    return xmp;
  }
  return new TextEncoder().encode(`${text.slice(0, end).trimEnd()}\n${text.slice(end)}`);
}

interface RdfParts {
  readonly before: string;
  readonly openTag: string;
  readonly content: string;
  readonly after: string;
}

function elementText(text: string, name: string): string | undefined {
  const start = text.indexOf(`<${name}`);
  const endTag = `</${name}>`;
  const end = text.lastIndexOf(endTag);
  return start >= 0 && end > start ? text.slice(start, end + endTag.length) : undefined;
}

function splitRdf(text: string): RdfParts | undefined {
  const open = /<rdf:RDF[^<>]*>/.exec(text);
  const contentEnd = text.lastIndexOf('</rdf:RDF');
  if (open === null || open[0].endsWith('/>') || contentEnd < open.index) {
    return undefined;
  }
  const contentStart = open.index + open[0].length;
  return {
    before: text.slice(0, open.index),
    openTag: open[0],
    content: text.slice(contentStart, contentEnd),
    after: text.slice(contentEnd),
  };
}

/** Namespaces that only the second tag declares; undefined when both give one prefix two meanings. */
function missingNamespaces(openTag: string, otherTag: string): string | undefined {
  const known = namespacesOf(openTag);
  let missing = '';
  for (const [prefix, uri] of namespacesOf(otherTag)) {
    const knownUri = known.get(prefix);
    if (knownUri !== undefined && knownUri !== uri) {
      return undefined;
    }
    missing += knownUri === undefined ? ` ${prefix}="${uri}"` : '';
  }
  return missing;
}

function namespacesOf(tag: string): Map<string, string> {
  const declarations = tag.matchAll(/\s(xmlns:[\w.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g);
  return new Map(
    Array.from(declarations, ([, prefix, quoted, apostrophed]) => [
      prefix ?? '',
      quoted ?? apostrophed ?? '',
    ]),
  );
}

function withoutExtensionNote(text: string): string {
  return text
    .replace(/\sxmpNote:HasExtendedXMP\s*=\s*(["'])[^"'<]*\1/g, '')
    .replace(/<xmpNote:HasExtendedXMP\s*>[^<]*<\/xmpNote:HasExtendedXMP\s*>/g, '');
}
