// Runs once, when the conversation appears. `element` is the conversation; `watch` calls back
// when its HTML has changed. Listens on the document, for the sources lie outside `element`.
document.documentElement.lang = "en-GB";

const calm = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";

function goTo(place, block) {
  place?.scrollIntoView({ behavior: calm, block });
}

function showSection(id) {
  for (const section of document.querySelectorAll(".turn-sources"))
    section.hidden = section.id !== id;
}

function showSource(chip) {
  const { turn, source } = chip.dataset;
  const card = document.getElementById(`source-${turn}-${source}`);
  if (!card) return;
  showSection(`sources-${turn}`);
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
async function copy(button, plain, rich) {
  const kinds = rich ? { "text/plain": plain, "text/html": rich } : { "text/plain": plain };
  const said = button.closest(".take").querySelector(".copied");
  try {
    const blobs = Object.entries(kinds).map(([type, words]) => [type, new Blob([words], { type })]);
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
    said.textContent = "Copied";
  } catch {
    said.textContent = copyTheOldWay(kinds) ? "Copied" : "Could not copy";
  }
  setTimeout(() => (said.textContent = ""), 2500);
}

function copyTheOldWay(kinds) {
  const give = (event) => {
    for (const [type, words] of Object.entries(kinds)) event.clipboardData.setData(type, words);
    event.preventDefault();
  };
  const focused = document.activeElement;
  const box = Object.assign(document.createElement("textarea"), { value: kinds["text/plain"] });
  document.body.append(box);
  box.select(); // without a selection there is nothing to copy, and no event
  document.addEventListener("copy", give);
  const copied = document.execCommand("copy");
  document.removeEventListener("copy", give);
  box.remove();
  focused?.focus();
  return copied;
}

function copyAnswer(button) {
  const { plain, markdown, rich } = button.closest(".copies").dataset;
  if (button.dataset.form === "markdown") copy(button, markdown);
  else copy(button, plain, button.dataset.form === "rich" ? rich : "");
}

function copyLink(button) {
  copy(button, new URL(button.dataset.link, location.origin + location.pathname).href);
}

function reword(open, block) {
  const form = block.querySelector(".reworded");
  const edit = block.querySelector(".reword");
  form.hidden = !open;
  edit.setAttribute("aria-expanded", String(open));
  (open ? form.querySelector("textarea") : edit).focus();
}

function askAgain(question, unfiltered) {
  if (question.trim()) trigger("submit", { question, unfiltered });
}

function place(link) {
  return document.getElementById(link.hash.slice(1));
}

const pressed = {
  ".chip": showSource,
  ".back": (link) => {
    goTo(place(link), "start");
    document.querySelector(".chip.current")?.focus({ preventScroll: true });
  },
  ".to-sources": (link) => {
    showSection(place(link).id);
    goTo(place(link), "start");
    place(link).focus({ preventScroll: true });
  },
  ".skip": () => {
    document.getElementById("view-ask-button").click(); // the question may be out of sight
    requestAnimationFrame(() => document.querySelector("#question textarea").focus());
  },
  ".unfold": unfold,
  ".copy": copyAnswer,
  ".copy-link": copyLink,
  ".reword": (button) => reword(true, button.closest(".understood")),
  ".reworded .keep": (button) => reword(false, button.closest(".understood")),
  ".unfiltered": (button) => askAgain(button.dataset.question, true),
};

document.addEventListener("click", (event) => {
  for (const [kind, act] of Object.entries(pressed)) {
    const control = event.target.closest?.(kind);
    if (!control) continue;
    // Gradio's <base> makes `#…` the address of another page when there is a query string.
    if (control.hash) event.preventDefault();
    act(control);
  }
});

element.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!event.target.matches(".reworded")) return;
  askAgain(event.target.querySelector("textarea").value, false);
});

element.addEventListener("keydown", (event) => {
  const form = event.target.closest("form");
  if (!form) return;
  if (event.key === "Escape") form.querySelector(".keep").click();
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  if (!event.target.matches("textarea")) return;
  event.preventDefault();
  form.requestSubmit();
});

// The newest question is kept in sight while its answer comes, unless the reader goes elsewhere.
let newest = "";
let following = false;

for (const kind of ["wheel", "touchmove", "pointerdown", "keydown"])
  document.addEventListener(
    kind,
    (event) => (following &&= Boolean(event.target.closest?.("#composer"))),
    { passive: true },
  );

watch("value", () => {
  for (const marked of document.querySelectorAll(".current")) marked.classList.remove("current");
  const last = element.querySelector(".turn:last-child");
  if (last?.id !== newest) following = true;
  newest = last?.id;
  if (following) requestAnimationFrame(() => goTo(last, "start"));
});
