// Runs once, when the conversation appears. `element` is the conversation; `watch` calls back
// when its HTML has changed. Listens on the document, for the sources lie outside `element`.
document.documentElement.lang = "en-GB";

const calm = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";

function goTo(place, block) {
  place?.scrollIntoView({ behavior: calm, block });
}

function showSource(chip) {
  const { turn, source } = chip.dataset;
  const card = document.getElementById(`source-${turn}-${source}`);
  if (!card) return;
  for (const section of document.querySelectorAll(".turn-sources"))
    section.hidden = section.id !== `sources-${turn}`;
  for (const other of document.querySelectorAll(".source-card.current, .chip.current"))
    other.classList.remove("current");
  card.classList.add("current");
  chip.classList.add("current");
  goTo(card, "nearest");
  card.focus({ preventScroll: true });
}

function unfold(button) {
  const whole = button.closest(".source-card").classList.toggle("whole");
  button.setAttribute("aria-expanded", String(whole));
  button.textContent = whole ? "Show less" : "Show the whole passage";
}

// The clipboard is only to be had on a secure page; over plain HTTP the old way still works.
async function copy(button) {
  const words = button.dataset.copy;
  try {
    await navigator.clipboard.writeText(words);
  } catch {
    const box = Object.assign(document.createElement("textarea"), { value: words });
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  }
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = "Copy with sources"), 2000);
}

document.addEventListener("click", (event) => {
  const chip = event.target.closest?.(".chip");
  const more = event.target.closest?.(".unfold");
  const copied = event.target.closest?.(".copy");
  const back = event.target.closest?.(".back");
  // Gradio's <base> makes `#…` the address of another page when there is a query string.
  if (chip || back) event.preventDefault();
  if (chip) showSource(chip);
  else if (back) goTo(document.querySelector(back.hash), "start");
  else if (more) unfold(more);
  else if (copied) copy(copied);
});

watch("value", () => {
  for (const marked of document.querySelectorAll(".current")) marked.classList.remove("current");
  const last = element.querySelector(".turn:last-child");
  requestAnimationFrame(() => goTo(last, "start"));
});
