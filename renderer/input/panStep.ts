const PAN_PX = 60;

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [PAN_PX, 0],
  ArrowRight: [-PAN_PX, 0],
  ArrowUp: [0, PAN_PX],
  ArrowDown: [0, -PAN_PX],
};

/** How far an arrow key moves an image that has the focus, in CSS pixels; `undefined` for other keys. */
export function panStep({
  key,
  altKey,
  ctrlKey,
  metaKey,
}: KeyboardEvent): readonly [number, number] | undefined {
  return altKey || ctrlKey || metaKey ? undefined : STEPS[key];
}
