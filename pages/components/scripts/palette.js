// Search everywhere, and the list of keys: two dialogs of the browser's own, so that they open at once, whatever the page does.
const make = (tag, css, text = "") => {
  const element = document.createElement(tag);
  if (css) element.className = css;
  element.textContent = text;
  return element;
};
const KINDS = "a[href]";

const palette = make("dialog", "jdw-palette");
palette.setAttribute("aria-label", "Search everywhere");
const field = make("input", "jdw-palette-field");
field.type = "search";
field.placeholder = "Role, skill, dimension, alias, run, change set or page";
field.setAttribute("aria-label", "Search everywhere");
field.autocomplete = "off";
field.spellcheck = false;
const list = make("div", "jdw-palette-list");
list.setAttribute("role", "region");
list.setAttribute("aria-label", "What was found");
const note = make("p", "jdw-palette-note");
note.setAttribute("role", "status");
palette.append(field, list, note);

let asked = 0;
let timer = 0;
const show = (lines) => {
  list.replaceChildren(...lines.map((line) => {
    const link = make("a", "jdw-palette-line");
    link.href = line.url;
    const name = make("span", line.tone ? `jdw-${line.tone} jdw-b` : "jdw-b", line.text);
    link.append(make("span", "jdw-palette-kind", line.kind), name, make("span", "jdw-meta", line.detail));
    return link;
  }));
  note.textContent = lines.length ? "Enter opens the first, the arrows go through them." : "Nothing is called so.";
};
const ask = async () => {
  const mine = ++asked;
  try {
    const answer = await fetch(`find?q=${encodeURIComponent(field.value)}`);
    if (mine !== asked) return;
    if (!answer.ok) throw new Error();
    show(await answer.json());
  } catch {
    if (mine === asked) note.textContent = "The search cannot be reached just now.";
  }
};
field.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, 40);
});
const openPalette = () => {
  if (document.querySelector("dialog[open]")) return;
  field.value = "";
  document.body.append(palette);
  palette.showModal();
  field.focus();
  ask();
};
palette.addEventListener("keydown", async (event) => {
  event.stopPropagation();
  const links = [...list.querySelectorAll(KINDS)];
  const at = links.indexOf(document.activeElement);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const next = at + (event.key === "ArrowDown" ? 1 : -1);
    (next < 0 ? field : links[Math.min(next, links.length - 1)])?.focus();
  } else if (event.key === "Enter" && at < 0) {
    event.preventDefault();
    clearTimeout(timer);
    await ask();
    list.querySelector(KINDS)?.click();
  } else if (event.key.length === 1 && at >= 0 && !event.ctrlKey && !event.metaKey) {
    field.focus();
  }
});

const help = make("dialog", "jdw-palette jdw-keys-help");
help.setAttribute("aria-label", "Keys");
const EVERYWHERE = [
  ["N", "New run"], ["/", "Search everywhere"], ["Ctrl K", "Search everywhere"], ["J", "Next in the list"],
  ["K", "The one before"], ["?", "This list"], ["R", "Draw the page anew"],
];
const table = (title, keys) => {
  const part = make("section");
  const rows = make("dl", "jdw-keys-table");
  keys.forEach(([key, meaning]) => {
    const name = make("dt");
    name.append(make("kbd", "", key));
    rows.append(name, make("dd", "", meaning));
  });
  part.append(make("h3", "jdw-heading", title), rows);
  return part;
};
const openHelp = () => {
  if (document.querySelector("dialog[open]")) return;
  const own = [...document.querySelectorAll(".jdw-keys [data-key]")].map((e) => [e.dataset.key, e.textContent]);
  const close = make("button", "jdw-palette-close", "Close");
  close.type = "button";
  close.addEventListener("click", () => help.close());
  help.replaceChildren(make("h2", "jdw-title", "Keys"), ...(own.length ? [table("On this page", own)] : []),
    table("On every page", EVERYWHERE), close);
  document.body.append(help);
  help.showModal();
};
help.addEventListener("keydown", (event) => event.stopPropagation());
for (const dialog of [palette, help]) dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close();
});

// Keys of all pages. None acts while somebody types, nor while a dialog is open.
const isTyping = (event) => event.composedPath().some((e) => e.matches?.(
  'input:not([type="checkbox"]):not([type="radio"]):not([type="button"]), textarea, select, [contenteditable="true"], [role="textbox"]'));
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event)) return;
  if (document.querySelector('dialog[open], [role="dialog"]')) return;
  if (event.key === "/") { event.preventDefault(); openPalette(); }
  else if (event.key === "?") { event.preventDefault(); openHelp(); }
  else if (event.key.toLowerCase() === "n" && !event.shiftKey) { event.preventDefault(); window.jdwGo("new"); }
  else if (!event.shiftKey && /^[a-z]$/i.test(event.key)) {
    const link = document.querySelector(`a[aria-keyshortcuts="${event.key.toUpperCase()}"]`);
    if (link) { event.preventDefault(); link.click(); }
  }
}, true);
document.addEventListener("click", (event) => {
  if (event.target.closest?.(".jdw-open-search")) { event.preventDefault(); openPalette(); }
  else if (event.target.closest?.(".jdw-open-keys")) { event.preventDefault(); openHelp(); }
}, true);
