import type { Attachment } from 'svelte/attachments';
import type { VListHandle } from 'virtua/svelte';
import type { RowDrag } from '../state/queue/rowDrag.svelte.ts';

/** A shorter movement counts as a click. */
const MIN_MOVE_PX = 6;
/** The list scrolls while rows are dragged this near to its edge. */
const EDGE_PX = 40;
const SCROLL_PX_PER_FRAME = 14;

interface Rows {
  readonly drag: RowDrag;
  readonly rowPx: number;
  readonly list: () => VListHandle | undefined;
  readonly total: () => number;
}

/** Lets rows of a virtual list be dragged with the mouse or a pen; a finger scrolls. Escape puts them back. */
export function dragRows(rows: Rows): Attachment<HTMLElement> {
  return (grid) => {
    const carrier = new RowCarrier(grid, rows);
    return () => carrier.dispose();
  };
}

function isRow(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.role === 'row' && target.draggable;
}

/** Follows the pointer over one list. */
class RowCarrier {
  readonly #grid: HTMLElement;
  readonly #rows: Rows;
  readonly #whileOn = new AbortController();
  #start: { readonly y: number; readonly index: number } | undefined;
  #pointerY = 0;
  #frame = 0;

  constructor(grid: HTMLElement, rows: Rows) {
    this.#grid = grid;
    this.#rows = rows;
    const { signal } = this.#whileOn;
    grid.addEventListener('pointerdown', (event) => this.#press(event), { signal });
    grid.addEventListener('pointermove', (event) => this.#move(event), { signal });
    grid.addEventListener('pointerup', () => this.#end(true), { signal });
    grid.addEventListener('pointercancel', () => this.#end(false), { signal });
    grid.addEventListener('keydown', (event) => this.#putBack(event), { signal });
    // Images would be dragged by the browser itself; finished rows are dragged into other programs.
    grid.addEventListener('dragstart', (event) => isRow(event.target) || event.preventDefault(), { signal });
  }

  dispose(): void {
    this.#end(false);
    this.#whileOn.abort();
  }

  #press(event: PointerEvent): void {
    const isPlain = event.button === 0 && !event.shiftKey && !event.ctrlKey && !event.metaKey;
    const list = this.#rows.list();
    if (!isPlain || event.pointerType === 'touch' || list === undefined) return;
    const inView = event.clientY - this.#grid.getBoundingClientRect().top;
    this.#start = { y: event.clientY, index: list.findItemIndex(list.getScrollOffset() + inView) };
  }

  #move({ clientY, pointerId }: PointerEvent): void {
    this.#pointerY = clientY;
    const { drag } = this.#rows;
    if (this.#start === undefined || Math.abs(clientY - this.#start.y) < MIN_MOVE_PX) return;
    const { index } = this.#start;
    this.#start = undefined; // rows that cannot be dragged are not tried again at every move
    if (!drag.begin(index)) return;
    this.#grid.setPointerCapture(pointerId);
    this.#follow();
  }

  /** Once a frame, since the list may scroll under a pointer that does not move. */
  #follow(): void {
    const { top, bottom } = this.#grid.getBoundingClientRect();
    const list = this.#rows.list();
    if (this.#pointerY < top + EDGE_PX) list?.scrollBy(-SCROLL_PX_PER_FRAME);
    else if (this.#pointerY > bottom - EDGE_PX) list?.scrollBy(SCROLL_PX_PER_FRAME);
    this.#aim(list);
    this.#frame = requestAnimationFrame(() => this.#follow());
  }

  #aim(list: VListHandle | undefined): void {
    if (list === undefined) return;
    const { drag, rowPx, total } = this.#rows;
    const scrolledPx = list.getScrollOffset();
    const inView = this.#pointerY - this.#grid.getBoundingClientRect().top;
    const index = Math.min(total(), Math.max(0, Math.round((inView + scrolledPx) / rowPx)));
    drag.aim({ index, topPx: index * rowPx - scrolledPx });
  }

  #end(isDropped: boolean): void {
    const { drag } = this.#rows;
    this.#start = undefined;
    cancelAnimationFrame(this.#frame);
    if (!drag.isCarrying) return;
    if (isDropped) void drag.drop();
    else drag.cancel();
  }

  #putBack(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || !this.#rows.drag.isCarrying) return;
    event.stopPropagation(); // elsewhere it leaves the page
    this.#end(false);
  }
}
