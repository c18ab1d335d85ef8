// A plain link in our HTML would load the program anew and lose the session: it becomes a change of page within it.
window.jdwGo = (address) => {
  history.pushState({}, "", address);
  dispatchEvent(new PopStateEvent("popstate", { state: {} }));
  document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
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
