// What stands behind # is the key of a container, which is brought into sight once it is drawn.
const reveal = (key, tries = 100) => {
  const part = document.querySelector(`.st-key-${CSS.escape(key)}`);
  if (part) part.scrollIntoView();
  else if (tries) setTimeout(() => reveal(key, tries - 1), 50);
};
// A plain link in our HTML would load the program anew and lose the session: it becomes a change of page within it.
window.jdwGo = (address) => {
  const { hash, href } = new URL(address, document.baseURI);
  history.pushState({}, "", href.slice(0, href.length - hash.length));
  dispatchEvent(new PopStateEvent("popstate", { state: {} }));
  document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
  if (hash) reveal(hash.slice(1));
};
const OURS = '[data-testid="stHtml"] a[href], [data-testid="stMarkdown"] a[href], .jdw-palette a[href]';
document.addEventListener("click", (event) => {
  if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.defaultPrevented) return;
  const link = event.target.closest(OURS);
  if (!link || link.origin !== location.origin || link.hasAttribute("download") || link.getAttribute("href").startsWith("#")) return;
  event.preventDefault();
  document.querySelector("dialog.jdw-palette[open]")?.close();
  window.jdwGo(link.href);
}, true);
