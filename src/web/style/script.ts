/**
 * Optional improvements of the pages: the local time as a tooltip, copy buttons, protection against double submission,
 * the key / for the search, and a reload while a scan or remediation runs. Every page works without it.
 */
export const script = `'use strict';
for (const time of document.querySelectorAll('time')) {
  const at = new Date(time.dateTime);
  if (!Number.isNaN(at.getTime())) time.title = at.toLocaleString(undefined, { dateStyle: 'full', timeStyle: 'long' });
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
