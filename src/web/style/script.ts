/**
 * Optional improvements of the pages: local times with UTC as a tooltip, copy buttons, the selection of all rows, protection
 * against double submission, the key / for the search, and a reload while a scan or remediation runs. Every page works
 * without it.
 */
export const script = `'use strict';
for (const time of document.querySelectorAll('time')) {
  const at = new Date(time.dateTime);
  if (Number.isNaN(at.getTime())) continue;
  time.title = at.toISOString().slice(0, 16).replace('T', ' ') + ' UTC';
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit' };
  if (!time.dataset.date) Object.assign(parts, { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' });
  time.textContent = at.toLocaleString('sv', parts);
}
for (const place of document.querySelectorAll('[data-copy]')) {
  const source = place.querySelector('pre, code');
  if (!source || !navigator.clipboard) continue;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy quiet';
  button.textContent = 'Copy';
  button.setAttribute('aria-label', 'Copy ' + (place.closest('dl') ? source.textContent : 'the request'));
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(source.textContent);
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = 'Copy'; }, 2000);
  });
  place.append(button);
}
for (const place of document.querySelectorAll('[data-copy-link]')) {
  if (!navigator.clipboard) continue;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy quiet copy-link';
  button.textContent = 'Copy link';
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(location.origin + location.pathname);
    button.textContent = 'Link copied';
    setTimeout(() => { button.textContent = 'Copy link'; }, 2000);
  });
  place.append(button);
}
for (const all of document.querySelectorAll('[data-select-all]')) {
  const boxes = [...all.form.querySelectorAll('input[name="id"]')];
  all.addEventListener('change', () => { for (const box of boxes) box.checked = all.checked; });
  for (const box of boxes) box.addEventListener('change', () => { all.checked = boxes.every((one) => one.checked); });
}
for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener('submit', () => setTimeout(() => {
    for (const button of form.querySelectorAll('button')) button.disabled = true;
  }));
}
addEventListener('pageshow', () => {
  for (const button of document.querySelectorAll('form button')) button.disabled = false;
});
document.addEventListener('keydown', (event) => {
  const search = document.getElementById('q');
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || !search) return;
  if (event.target.closest('input, select, textarea')) return;
  event.preventDefault();
  search.focus();
});
const waiting = document.querySelector('[data-refresh]');
if (waiting) {
  let touched = false;
  document.addEventListener('input', () => { touched = true; });
  const look = () => {
    const open = document.querySelector('details[open]');
    if (document.visibilityState === 'visible' && !touched && !open) location.replace(location.pathname + location.search);
    else setTimeout(look, 2000);
  };
  setTimeout(look, Number(waiting.dataset.refresh) * 1000);
}
`;
