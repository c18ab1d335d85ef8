// The text of a run and the list of what is judged: a click on a mark or a row chooses it, and words that are selected, by mouse or
// by keyboard, are handed back as code points of the text.
const WORD = /[\p{L}\p{N}.#][\p{L}\p{N}+#.\-\/'’&]*[\p{L}\p{N}+#]|[\p{L}\p{N}]/gu;
const FOCUS_TRIES = 30, FOCUS_WAIT_MS = 40;

const points = (text, units) => [...text.slice(0, units)].length;
const scroller = (element) => {
  for (let e = element.parentElement; e; e = e.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(e).overflowY) && e.scrollHeight > e.clientHeight) return e;
  }
  return null;
};
const reveal = (element) => {
  const box = element && scroller(element);
  if (!box || box.matches('[data-testid="stMain"]')) return;
  const inner = element.getBoundingClientRect(), outer = box.getBoundingClientRect();
  if (inner.top < outer.top + 20 || inner.bottom > outer.bottom - 20) {
    box.scrollTop += inner.top - outer.top - outer.height / 3;
  }
};
// Move the focus into a field once it is drawn; Escape leaves it.
const focusField = (key, left, tries = FOCUS_TRIES) => {
  const field = document.querySelector(`.st-key-${key} :is(input, textarea)`);
  if (!field) {
    if (tries) setTimeout(() => focusField(key, left, tries - 1), FOCUS_WAIT_MS);
    return;
  }
  field.focus();
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    field.blur();
    left();
  });
};

// The words of the text, with the nodes in which they stand.
const wordsOf = (jd) => {
  const nodes = [];
  const walker = document.createTreeWalker(jd, NodeFilter.SHOW_TEXT);
  let length = 0;
  while (walker.nextNode()) {
    nodes.push({ node: walker.currentNode, start: length });
    length += walker.currentNode.data.length;
  }
  const at = (offset, isEnd) => {
    const found = nodes.findLast((n) => (isEnd ? n.start < offset : n.start <= offset)) ?? nodes[0];
    return [found.node, offset - found.start];
  };
  return [...jd.textContent.matchAll(WORD)].map((m) => {
    const range = document.createRange();
    range.setStart(...at(m.index, false));
    range.setEnd(...at(m.index + m[0].length, true));
    return range;
  });
};
const span = (jd, range) => {
  const before = document.createRange();
  before.setStart(jd, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const start = before.toString().length;
  const end = start + range.toString().length;
  return { start: points(jd.textContent, start), end: points(jd.textContent, end) };
};

// Picking words by the keyboard: a word is selected, the arrows move, with Shift they extend.
const picker = (jd, from, done) => {
  const words = wordsOf(jd);
  if (!words.length) return null;
  const top = (i) => words[i].getBoundingClientRect().top, left = (i) => words[i].getBoundingClientRect().left;
  let anchor = Math.max(0, words.findIndex((word) => from && word.compareBoundaryPoints(Range.START_TO_START, from) >= 0));
  let head = anchor;
  const show = () => {
    const [first, last] = [words[Math.min(anchor, head)], words[Math.max(anchor, head)]];
    getSelection().setBaseAndExtent(first.startContainer, first.startOffset, last.endContainer, last.endOffset);
    const box = scroller(jd), rect = words[head].getBoundingClientRect();
    if (box && (rect.top < box.getBoundingClientRect().top + 20 || rect.bottom > box.getBoundingClientRect().bottom - 20)) {
      box.scrollTop += rect.top - box.getBoundingClientRect().top - box.clientHeight / 3;
    }
  };
  const line = (step) => {
    let i = head;
    while (words[i + step] && Math.abs(top(i + step) - top(head)) < 6) i += step;
    i += step;
    if (!words[i]) return head;
    let best = i;
    for (let j = i; words[j] && Math.abs(top(j) - top(i)) < 6; j += step) {
      if (Math.abs(left(j) - left(head)) < Math.abs(left(best) - left(head))) best = j;
    }
    return best;
  };
  show();
  return (event) => {
    const moves = { ArrowRight: () => Math.min(head + 1, words.length - 1), ArrowLeft: () => Math.max(head - 1, 0),
      ArrowDown: () => line(1), ArrowUp: () => line(-1) };
    if (moves[event.key]) {
      head = moves[event.key]();
      if (!event.shiftKey) anchor = head;
      show();
    } else if (event.key === "Enter") done(span(jd, getSelection().getRangeAt(0)));
    else if (event.key === "Escape") done(null);
    else if (event.key === "Tab") return;
    event.preventDefault();
    event.stopPropagation();
  };
};

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".jdw-sheet");
  const state = (root.jdwState ??= { html: "", now: null, turn: data.turn });
  const isNew = state.html !== data.html;
  if (isNew) {
    state.html = data.html;
    root.innerHTML = data.html;
  }
  for (const element of root.querySelectorAll("[data-pick]")) {
    element.classList.toggle("now", element.dataset.pick === data.now);
  }
  if (state.now !== data.now) {
    state.now = data.now;
    reveal(root.querySelector(".now"));
  }
  const jd = root.querySelector(".jdw-jd");
  root.onclick = (event) => {
    const picked = event.target.closest("[data-pick]");
    if (picked && getSelection().isCollapsed) setTriggerValue("picked", picked.dataset.pick);
  };
  if (!jd) return;
  root.onmouseup = () => setTimeout(() => {
    const selection = getSelection();
    if (selection.isCollapsed || !jd.contains(selection.anchorNode) || !jd.contains(selection.focusNode)) return;
    const found = span(jd, selection.getRangeAt(0));
    if (found.end > found.start) setTriggerValue("marked", found);
  });
  if (state.turn === data.turn) return;
  state.turn = data.turn;
  const left = () => setTriggerValue("left", true);
  if (data.focus) focusField(data.focus, left);
  if (!data.picking) return;
  const from = root.querySelector("mark.now");
  const start = document.createRange();
  if (from) start.selectNode(from);
  const act = picker(jd, from && start, (found) => {
    jd.onkeydown = null;
    jd.removeAttribute("role");
    jd.blur();
    getSelection().removeAllRanges();
    if (found) setTriggerValue("marked", found);
    else left();
  });
  if (!act) return;
  // While it has this role, the keys of all pages leave it alone.
  jd.setAttribute("role", "textbox");
  jd.setAttribute("aria-readonly", "true");
  jd.tabIndex = -1;
  jd.focus({ preventScroll: true });
  jd.onkeydown = act;
}
