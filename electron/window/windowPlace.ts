import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { writeWhole } from '../../core/files/writeWhole.ts';

const placeSchema = z.object({
  x: z.int().optional(),
  y: z.int().optional(),
  width: z.int().min(1),
  height: z.int().min(1),
  isMaximized: z.boolean(),
});

/** Where the window is on the desktop, in device-independent pixels; centred without x and y. */
export type WindowPlace = z.infer<typeof placeSchema>;

/** A part of the desktop that a screen shows. */
export interface ScreenArea {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const DEFAULT_PLACE: WindowPlace = { width: 1280, height: 820, isMaximized: false };

/** Enough of a window's title bar to drag it by. */
const GRIP_PX = 60;

function isReachable({ x, y, width }: WindowPlace, screens: readonly ScreenArea[]): boolean {
  if (x === undefined || y === undefined) return true;
  return screens.some(
    (screen) =>
      x + width - GRIP_PX >= screen.x &&
      x + GRIP_PX <= screen.x + screen.width &&
      y >= screen.y &&
      y + GRIP_PX <= screen.y + screen.height,
  );
}

function readPlace(file: string): WindowPlace {
  try {
    return placeSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Missing at the first start; a damaged file only loses the place.
    return DEFAULT_PLACE;
  }
}

/** Where the window was last time; in the middle when that screen is gone. */
export function lastPlace(file: string, screens: readonly ScreenArea[]): WindowPlace {
  const place = readPlace(file);
  return isReachable(place, screens) ? place : { ...place, x: undefined, y: undefined };
}

/** Keeps the place for the next start. If it cannot be written, the window opens in the middle. */
export function rememberPlace(file: string, place: WindowPlace): void {
  try {
    writeWhole(file, JSON.stringify(place));
  } catch {
    // A full disk must not keep the window from closing.
  }
}
