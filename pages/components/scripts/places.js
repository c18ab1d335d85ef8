// A page that the program opens with another address comes in two steps: first the address of the page that is left gets the
// new parameters, then the new page gets its own. Back is to lead to the page as it was, so the second step takes the place
// of the first, which is no place.
const push = history.pushState.bind(history);
const ENDS_AFTER_MS = 2500;
let firstStep = null;
history.pushState = (state, unused, url) => {
  const from = new URL(location.href);
  const to = new URL(url ?? from, from);
  const isSecond = firstStep && performance.now() - firstStep.at < ENDS_AFTER_MS && from.href === firstStep.href
    && to.pathname !== from.pathname && to.search === from.search;
  if (isSecond) history.replaceState(state, unused, url);
  else push(state, unused, url);
  firstStep = !isSecond && to.pathname === from.pathname ? { at: performance.now(), href: location.href } : null;
};
