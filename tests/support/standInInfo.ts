import type { ProgramInfo } from '../../core/api/contract.ts';

/** A browser window's information about the program. */
export const BROWSER_INFO: ProgramInfo = {
  version: '0.1.0',
  platform: 'linux',
  capabilities: { localPaths: false, desktop: false, uploads: true },
  models: [
    ...[2, 3, 4].map((scale) => ({
      id: `fast-x${scale}`,
      family: 'fast',
      name: `Fast ×${scale}`,
      purpose: 'Enlarges clean photographs and graphics quickly, on an ordinary processor.',
      scale,
      parameters: 200_000,
      licence: 'MIT',
      hasStrength: false,
    })),
    {
      id: 'photo-x4',
      family: 'photo',
      name: 'Photo ×4',
      purpose: 'Enlarges everyday images and takes the blocks of JPEG away.',
      scale: 4,
      parameters: 200_000,
      licence: 'MIT',
      hasStrength: true,
    },
  ],
  roots: [],
  hasSample: true,
};

/** The desktop window's information about the program. */
export const DESKTOP_INFO: ProgramInfo = {
  ...BROWSER_INFO,
  capabilities: { localPaths: true, desktop: true, uploads: false },
};
