/**
 * @file The one place that loads sharp. Every process that touches pixels loads it here, so that the loaders of
 * formats that are not fuzzed are disabled before the first file is read.
 */
import { isolateSharp } from './isolateSharp.ts';

process.env['VIPS_BLOCK_UNTRUSTED'] = '1'; // has to be there before libvips starts

isolateSharp();
// Not a static import, which would run before everything above.
const { default: sharp } = await import('sharp');

sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpeg',
    'VipsForeignLoadPng',
    'VipsForeignLoadWebp',
    'VipsForeignLoadTiff',
    'VipsForeignLoadHeif',
    'VipsForeignLoadNsgif',
  ],
});
// Every image is seen once; a cache would only waste memory.
sharp.cache(false);

export { sharp };
