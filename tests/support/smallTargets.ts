/** Controls that are smaller than 24 × 24 px, for a page to evaluate; a tick counts with its label. */
export const SMALL_TARGETS = `[...document.querySelectorAll('button, input, select, summary, [role=slider], [role=radio], [role=menuitem]')]
  .map((control) => (control.matches('[type=checkbox], [type=radio]') ? control.closest('label') ?? control : control))
  .filter((control) => control.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
  .map((control) => [control, control.getBoundingClientRect()])
  .filter(([control, { width, height }]) => !control.matches('.edge, [type=range]') && Math.min(width, height) < 23.5)
  .map(([control, { width, height }]) => width + ' x ' + height + ': ' + control.outerHTML.slice(0, 120))`;
