// A table of links whose rows can be ticked. What is ticked is known by the rows' keys; a click on a row opens its link.
export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".jdw-ticks");
  const state = (root.jdwState ??= { html: "", round: -1, ticked: new Set() });
  if (state.round !== data.round) {
    state.round = data.round;
    state.ticked = new Set(data.ticked);
  }
  if (state.html !== data.html) {
    state.html = data.html;
    root.innerHTML = data.html;
  }
  const all = root.querySelector("thead input");
  const boxes = [...root.querySelectorAll("tbody input")];
  const show = () => {
    for (const box of boxes) {
      box.checked = state.ticked.has(box.value);
      box.closest("tr").classList.toggle("on", box.checked);
    }
    const count = boxes.filter((box) => box.checked).length;
    if (all) {
      all.checked = count > 0 && count === boxes.length;
      all.indeterminate = count > 0 && count < boxes.length;
    }
  };
  root.onchange = (event) => {
    for (const box of event.target === all ? boxes : [event.target]) {
      if (event.target.checked) state.ticked.add(box.value);
      else state.ticked.delete(box.value);
    }
    show();
    setStateValue("ticked", [...state.ticked]);
  };
  root.onclick = (event) => {
    if (event.target.closest("label")) return;
    const link = event.target.closest("a[href]") ?? event.target.closest("tbody tr")?.querySelector("a[href]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || String(getSelection())) return;
    event.preventDefault();
    window.jdwGo(link.href);
  };
  show();
}
