// A text: words that are selected, by mouse, touch or keyboard, are said by their place in code points.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".jdw-picker");
  if (root.jdwHtml !== data.html) {
    root.jdwHtml = data.html;
    root.innerHTML = data.html;
  }
  if (!data.picks) {
    root.onpointerup = root.onkeyup = null;
    return;
  }
  const text = root.querySelector(".jdw-jd");
  const length = (until, offset) => {
    const range = document.createRange();
    range.setStart(text, 0);
    range.setEnd(until, offset);
    return [...range.toString()].length;
  };
  const pick = () => {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return;
    const range = selection.getRangeAt(0);
    if (!text.contains(range.startContainer) || !text.contains(range.endContainer)) return;
    const start = length(range.startContainer, range.startOffset);
    const end = length(range.endContainer, range.endOffset);
    if (start < end) setTriggerValue("picked", { start, end });
  };
  // The browser settles the selection after the event.
  root.onpointerup = () => setTimeout(pick);
  root.onkeyup = (event) => event.shiftKey || event.key === "Shift" || setTimeout(pick);
}
