/** What is known about a frame that sent a message. */
export interface SendingFrame {
  readonly parent: unknown;
  readonly origin: string;
}

/**
 * Whether a message comes from the window's own page: the outermost frame, and loaded from our bundle. A frame that is
 * gone already is not trusted. Node's `URL` gives the origin `null` for every custom scheme, so the origin is taken
 * from Chromium.
 */
export function isTrustedFrame(frame: SendingFrame | null, origin: string): boolean {
  return frame !== null && frame.parent === null && frame.origin === origin;
}
