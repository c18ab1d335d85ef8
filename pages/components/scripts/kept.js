// What is typed into a field that keeps its content is sent as it is typed, so that neither a reload nor leaving loses it.
const waiting = new Map();
const placeOf = (field) => {
  if (!field.matches || !field.matches('textarea, input[type="text"], input:not([type])')) return null;
  if (field.getAttribute('role') === 'combobox') return null;
  const box = field.closest('[class*="st-key-kept-"]');
  return box && [...box.classList].find((name) => name.startsWith('st-key-kept-')).slice(7);
};
const send = (place) => {
  const typed = waiting.get(place);
  if (!typed) return;
  clearTimeout(typed.timer);
  waiting.delete(place);
  const body = JSON.stringify({ place, value: typed.value, age: Date.now() - typed.at });
  fetch('/kept', {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body, keepalive: body.length < 30000,
  }).catch(() => {});
};
addEventListener('input', (event) => {
  const place = placeOf(event.target);
  if (!place) return;
  clearTimeout(waiting.get(place)?.timer);
  const timer = setTimeout(() => send(place), 400);
  waiting.set(place, { value: event.target.value, at: Date.now(), timer });
}, true);
for (const kind of ['focusout', 'keydown']) addEventListener(kind, (event) => {
  if (kind === 'keydown' && event.key !== 'Enter') return;
  const place = placeOf(event.target);
  if (place) send(place);
}, true);
for (const kind of ['pagehide', 'pointerdown']) addEventListener(kind, () => [...waiting.keys()].forEach(send), true);
