/**
 * @file The words that `checkWords.mjs` refuses, each with what to write instead. `docs/glossary.md` is the page for
 * people. A pattern matches across line breaks; write a space where any white space may stand.
 */

/** A pattern in which each space stands for any white space, whatever the case. */
function prose(source) {
  return new RegExp(source.replaceAll(' ', '\\s+'), 'giu');
}

const THINGS = [
  'files?',
  'jobs?',
  'images?',
  'lines?',
  'pages?',
  'messages?',
  'errors?',
  'programs?',
  'workers?',
  'systems?',
  'reports?',
  'comments?',
  'manifests?',
  'devices?',
  'hosts?',
  'servers?',
  'it',
  'they',
].join('|');

/** Patterns for comments, texts and Markdown. What stands in backticks is code, and exempt. */
export const PROSE_RULES = [
  {
    pattern: prose(
      '(?<!\\bthere )\\b(?:is|are|was|were) no (?!longer\\b|more\\b|less\\b|fewer\\b|one\\b|better\\b|worse\\b|larger\\b|smaller\\b|faster\\b|slower\\b)\\p{L}+',
    ),
    instead: 'is not a …',
  },
  {
    pattern: prose('(?<!\\bthere )\\b(?:is|are|was|were|be|been) none\\b'),
    instead: 'there is none; is not one',
  },
  {
    pattern: prose(
      '\\bwhere (?:nothing|nobody|no one|none|there (?:is|are|was|were) (?:none|no|nothing))\\b',
    ),
    instead: 'if it is missing; without …',
  },
  {
    pattern: prose(
      '\\b(?:says?|said|saying|tells?|told) (?:so|what|that|which|why|how|whether|where|when|nothing|it)\\b',
    ),
    instead: 'shows, reports, states, explains …',
  },
  {
    pattern: prose(`\\b(?:${THINGS}) (?:says?|said|tells?|told|asks?|wants?|knows?)\\b(?! (?:how to)\\b)`),
    instead: 'only people speak: shows, contains, reports, requests, has …',
  },
  {
    pattern: prose('\\b(?:is|are|was|were|be|been|being) (?:said|told)\\b'),
    instead: 'is reported; is notified',
  },
  {
    pattern: prose(
      '\\b(?:lies?|lay|lying) (?:beside|in|inside|below|under|above|on|between|there|within|outside|at|elsewhere)\\b',
    ),
    instead: 'is in, is next to …',
  },
  {
    pattern: prose(
      '\\bthe (?:first|last|best|worst|newest|oldest|largest|smallest|lowest|highest|fastest|coarsest|most) first\\b',
    ),
    instead: 'worst first; in order of …',
  },
  {
    pattern: prose('\\b(?:go|goes|going|gone|went) on (?:with|by|from|where|after|until|when|as|in|to)\\b'),
    instead: 'continue',
  },
  {
    pattern: prose(
      '\\b(?:what|where|wherever|it|they|that|which|who|images?|files?|pixels|windows|data|results?) (?:lies?|lay)\\b',
    ),
    instead: 'is in, is at, surrounds …',
  },
  {
    pattern: prose(
      '\\b(?:it|one|work|job|jobs|worker|workers|program|queue|batch|service|others?|and|to|cannot) (?:goes|go|went) on\\b',
    ),
    instead: 'continue',
  },
  { pattern: prose('\\bto (?:its|their) end\\b'), instead: 'to the end; to completion' },
  { pattern: prose('\\bof which nothing is known\\b'), instead: 'that nothing is known of; unknown' },
  { pattern: prose('\\btak(?:es?|en|ing) along\\b'), instead: 'copied, kept' },
  { pattern: prose('\\bsomebody\\b'), instead: 'someone; a user' },
  { pattern: prose('\\bfor want of\\b'), instead: 'for lack of' },
  { pattern: prose('\\bin vain\\b'), instead: 'pointless, wasted' },
  { pattern: prose('\\bso far as\\b'), instead: 'as far as' },
  { pattern: prose("\\bof the user's\\b"), instead: 'of the user; the user’s …' },
  { pattern: prose('\\b(?:is|are|was|were|be|been) asked for\\b'), instead: 'is requested' },
  {
    pattern: prose('\\b(?:made|begins?|begun|loaded|tried|tries|written|built|asked|decoded) anew\\b'),
    instead: 'again; over; re…',
  },
  { pattern: prose('\\b(?:is|are|rows|files) (?:not )?at hand\\b'), instead: 'loaded; available' },
  { pattern: prose('\\b(?:stands?|stood) still\\b'), instead: 'stops, waits, is stuck' },
  { pattern: prose('\\bcomes? to rest\\b'), instead: 'settles' },
  {
    pattern: prose('\\b(?:brings?|brought|comes?|came) (?:it |each |a job )?to an end\\b'),
    instead: 'completes; ends',
  },
  { pattern: prose('\\blet in\\b'), instead: 'signed in; admitted' },
  { pattern: prose('\\bwhat became of\\b'), instead: 'the outcome of; how … ended' },
  { pattern: prose('\\bso many\\b'), instead: 'that many; a number' },
  { pattern: prose('\\blet(?:s|ting)? go\\b'), instead: 'release, close, end' },
  { pattern: prose('\\bbeside\\b'), instead: 'next to; along with; in addition to; outside' },
  { pattern: prose('\\bnobody\\b'), instead: 'no one; or the passive: is not …' },
  { pattern: prose('\\banew\\b'), instead: 'again; re…' },
  { pattern: prose('\\bin turns\\b'), instead: 'alternately' },
  { pattern: prose('\\btells\\b'), instead: 'reports, shows, distinguishes, notifies' },
  { pattern: prose('\\b(?:the like|save for|be it)\\b'), instead: 'and others; except; either … or' },
  { pattern: prose('\\bmade again\\b'), instead: 'created, written or enlarged again' },
  {
    pattern: prose(
      '\\b(?:is|are|was|were|stays?|comes?|held|kept|read|written|shown|loaded|logged) whole\\b|\\bwhole or not at all\\b',
    ),
    instead: 'complete; completely; in full',
  },
  {
    pattern: prose(
      '\\b(?:files?|folders?|chunks?|archives?|manifests?|director(?:y|ies)|box(?:es)?|entr(?:y|ies)|segments?|graphs?|columns?|packets?|documents?|TIFF|JPEG|PNG|GIF|XL) (?:that )?holds?\\b',
    ),
    instead: 'contains',
  },
  { pattern: /[\d\0]\s%(?!\w)/gu, instead: 'no space before %' },
  { pattern: prose('\\bpictures?\\b(?<!\\bPictures)'), instead: 'image; photo' },
  { pattern: prose('\\benhanc\\p{L}+'), instead: 'enlarge; upscale' },
];

/** Parts of names that code does not use; what is stored or published keeps its name, as a property. */
export const NAME_RULES = [
  // dependency-cruiser's `enhancedResolveOptions` is not ours to name.
  { pattern: /enhanc/i, instead: 'enlarge', except: ['enhancedResolveOptions'] },
  { pattern: /picture/i, instead: 'image', except: ['picture', 'pictures'] },
  { pattern: /turnstile/i, instead: 'semaphore' },
  { pattern: /shel[fv]/i, instead: 'registry, cache' },
  { pattern: /crew/i, instead: 'workers' },
  { pattern: /visitor|knock/i, instead: 'client, connect' },
  { pattern: /^(?:MOST|LONGEST|LARGEST|SMALLEST|FEWEST)_/, instead: 'MAX_, MIN_' },
  { pattern: /^(?:tell|ask)[A-Z]/, instead: 'report, notify; request, query' },
];
