/**
 * What a network may do to an image. `faithful`: scaled back down, its result is the input. `restoring`: it may also
 * take out noise and compression artefacts, and draw what it takes for the detail beneath them.
 */
export const NETWORK_KINDS = ['faithful', 'restoring'] as const;
export type NetworkKind = (typeof NETWORK_KINDS)[number];

/** How a result was made; `interpolated` results are softer than their input by design. */
export type EnlargementKind = NetworkKind | 'interpolated';
