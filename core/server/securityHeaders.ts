import { windowHeaders } from '../files/windowFiles.ts';

/** On every answer, including refusals. Other origins are never allowed anything: there are no CORS headers. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  ...windowHeaders(),
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy':
    'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), display-capture=()',
};
