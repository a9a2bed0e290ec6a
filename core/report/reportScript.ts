/** The behaviour of the report: sliders, sorting and filtering. The report is complete without it. */
export const reportScript = `
document.documentElement.classList.add('scripted');
document.addEventListener('input', ({ target }) => {
  if (target.classList.contains('slider')) target.parentElement.style.setProperty('--split', target.value + '%');
});
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
const choices = [...document.querySelectorAll('.counts li')];
choices.forEach((item) => {
  const button = document.createElement('button');
  button.type = 'button';
  button.append(...item.childNodes);
  item.append(button);
  button.setAttribute('aria-pressed', String(item.dataset.show === 'all'));
  button.addEventListener('click', () => {
    choices.forEach((other) => other.firstChild.setAttribute('aria-pressed', String(other === item)));
    for (const part of document.querySelectorAll('[data-verdict]')) {
      part.hidden = item.dataset.show !== 'all' && part.dataset.verdict !== item.dataset.show;
    }
  });
});
`;
