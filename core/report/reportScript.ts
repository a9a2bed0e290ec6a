/** The whole of the report's behaviour: sorting and sliders. Without it the report is complete, only still. */
export const reportScript = `
document.documentElement.classList.add('scripted');
for (const slider of document.querySelectorAll('.slider')) {
  const pair = slider.previousElementSibling;
  const show = () => pair.style.setProperty('--split', slider.value + '%');
  slider.addEventListener('input', show);
  show();
}
const body = document.querySelector('tbody');
const heads = [...document.querySelectorAll('thead th')];
heads.forEach((head, column) => {
  const button = document.createElement('button');
  button.type = 'button';
  button.append(...head.childNodes);
  head.append(button);
  button.addEventListener('click', () => {
    const isRising = head.getAttribute('aria-sort') !== 'ascending';
    heads.forEach((other) => other.removeAttribute('aria-sort'));
    head.setAttribute('aria-sort', isRising ? 'ascending' : 'descending');
    const key = (row) => row.cells[column].dataset.value;
    const isNumeric = head.classList.contains('figure');
    const compare = (a, b) => (isNumeric ? Number(key(a)) - Number(key(b)) : key(a).localeCompare(key(b)));
    const rows = [...body.rows].sort((a, b) => (isRising ? compare(a, b) : compare(b, a)));
    body.append(...rows);
  });
});
`;
