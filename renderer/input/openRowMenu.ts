/** Opens the menu of a row by a key, next to that row; a browser would open it in the middle of the list. */
export function openRowMenu(event: KeyboardEvent, rowId: string): void {
  const row = document.getElementById(rowId);
  if (row === null) return;
  event.preventDefault();
  const { left, bottom } = row.getBoundingClientRect();
  const place = { clientX: left + 56, clientY: bottom - 8 };
  row.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, ...place }));
}
