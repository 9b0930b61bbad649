// Runs once, when the bar of filters appears. Whether they are unfolded is kept on the root
// element: Gradio writes the bar anew whenever a filter is set.
const root = document.documentElement;
let taken = false;

function tell() {
  const open = root.dataset.filters === "open";
  element.querySelector(".filters-switch")?.setAttribute("aria-expanded", String(open));
}

function fold(open) {
  root.dataset.filters = open ? "open" : "folded";
  tell();
}

element.addEventListener("click", (event) => {
  const chip = event.target.closest(".filter");
  if (event.target.closest(".filters-switch")) fold(root.dataset.filters !== "open");
  if (!chip) return;
  taken = true;
  trigger("drop", { ...chip.dataset });
});

watch("value", () => {
  tell();
  // The chip that was pressed is gone: whoever works by keyboard goes on at the next one.
  const next = element.querySelector(".filter") ?? element.querySelector(".filters-switch");
  if (taken) next?.focus();
  taken = false;
});

// Unfolded at first only where there is room for them beside an answer.
fold(matchMedia("(min-width: 821px) and (min-height: 760px)").matches);
