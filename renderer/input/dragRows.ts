import type { Attachment } from 'svelte/attachments';
import type { VListHandle } from 'virtua/svelte';
import type { RowDrag } from '../state/rowDrag.svelte.ts';

/** Less is a click with a shaky hand. */
const LEAST_MOVE_PX = 6;
/** The list scrolls while rows are held so near its edge. */
const EDGE_PX = 40;
const SCROLL_PX_PER_FRAME = 14;

interface Rows {
  readonly drag: RowDrag;
  readonly rowPx: number;
  readonly list: () => VListHandle | undefined;
  readonly total: () => number;
}

/** Lets rows of a virtual list be carried with the mouse or a pen; a finger scrolls. Escape puts them back. */
export function dragRows({ drag, rowPx, list, total }: Rows): Attachment<HTMLElement> {
  return (grid) => {
    let start: { readonly y: number; readonly index: number } | undefined;
    let pointerY = 0;
    let frame = 0;

    function aim(): void {
      const handle = list();
      if (handle === undefined) return;
      const scrolled = handle.getScrollOffset();
      const inView = pointerY - grid.getBoundingClientRect().top;
      const index = Math.min(total(), Math.max(0, Math.round((inView + scrolled) / rowPx)));
      drag.aim({ index, topPx: index * rowPx - scrolled });
    }

    /** Scrolls as long as the rows are held at an edge. */
    function follow(): void {
      const { top, bottom } = grid.getBoundingClientRect();
      const step =
        pointerY < top + EDGE_PX
          ? -SCROLL_PX_PER_FRAME
          : pointerY > bottom - EDGE_PX
            ? SCROLL_PX_PER_FRAME
            : 0;
      if (step !== 0) list()?.scrollBy(step);
      aim();
      frame = requestAnimationFrame(follow);
    }

    function press(event: PointerEvent): void {
      const isPlain = event.button === 0 && !event.shiftKey && !event.ctrlKey && !event.metaKey;
      const handle = list();
      if (!isPlain || event.pointerType === 'touch' || handle === undefined) return;
      const inView = event.clientY - grid.getBoundingClientRect().top;
      start = { y: event.clientY, index: handle.findItemIndex(handle.getScrollOffset() + inView) };
    }

    function move(event: PointerEvent): void {
      pointerY = event.clientY;
      if (start === undefined || drag.isCarrying || Math.abs(pointerY - start.y) < LEAST_MOVE_PX) return;
      const { index } = start;
      start = undefined; // what cannot be carried is not tried again at every move
      if (!drag.begin(index)) return;
      grid.setPointerCapture(event.pointerId);
      frame = requestAnimationFrame(follow);
    }

    function end(isDropped: boolean): void {
      start = undefined;
      cancelAnimationFrame(frame);
      if (!drag.isCarrying) return;
      if (isDropped) void drag.drop();
      else drag.cancel();
    }

    function escape(event: KeyboardEvent): void {
      if (event.key !== 'Escape' || !drag.isCarrying) return;
      event.stopPropagation(); // elsewhere it leads out of the page
      end(false);
    }

    const whileOn = new AbortController();
    const { signal } = whileOn;
    grid.addEventListener('pointerdown', press, { signal });
    grid.addEventListener('pointermove', move, { signal });
    grid.addEventListener('pointerup', () => end(true), { signal });
    grid.addEventListener('pointercancel', () => end(false), { signal });
    grid.addEventListener('keydown', escape, { signal });
    // Pictures would be dragged by the browser itself.
    grid.addEventListener('dragstart', (event) => event.preventDefault(), { signal });
    return () => {
      end(false);
      whileOn.abort();
    };
  };
}
