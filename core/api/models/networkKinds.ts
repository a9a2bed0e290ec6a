/**
 * What a network may do to an image. `faithful`: its result, scaled back down, is the input. `restoring`: it may also
 * remove noise and compression artefacts, and invent plausible detail beneath them.
 */
export const NETWORK_KINDS = ['faithful', 'restoring'] as const;
export type NetworkKind = (typeof NETWORK_KINDS)[number];

/** How a result was made; `interpolated` results are softer than their input by design. */
export type EnlargementKind = NetworkKind | 'interpolated';
