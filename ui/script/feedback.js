// Runs with page.js. What was said of an answer is kept here, by question and answer: Gradio writes
// the conversation anew whenever an answer comes, and does not know of it.
const opinions = new Map();

function opinionOn(block) {
  return opinions.get(block.dataset.about) ?? { thumb: "", words: "", asking: false };
}

function show(block) {
  const { thumb, words, asking } = opinionOn(block);
  for (const button of block.querySelectorAll(".thumb"))
    button.setAttribute("aria-pressed", String(button.value === thumb));
  const given = block.querySelector(".given");
  if (given.textContent !== words) given.textContent = words;
  block.querySelector(".why").hidden = !asking;
}

function change(block, opinion) {
  opinions.set(block.dataset.about, { ...opinionOn(block), ...opinion });
  show(block);
}

async function give(block, thumb, reason) {
  const said = { ...JSON.parse(block.dataset.about), useful: thumb === "yes", reason };
  try {
    return await server.feedback(said);
  } catch {
    return { kept: false, words: "Not kept. This page has lost its server." };
  }
}

async function press(button) {
  const block = button.closest(".feedback");
  const { thumb, asking } = opinionOn(block);
  // Said already: to press it again is about the reason only.
  if (button.value === thumb) return change(block, { asking: !asking });
  const { kept, words } = await give(block, button.value, "");
  change(block, kept ? { thumb: button.value, words, asking: true } : { words });
  goTo(block, "nearest");
}

async function explain(form) {
  const block = form.closest(".feedback");
  const box = form.querySelector("textarea");
  const { kept, words } = await give(block, opinionOn(block).thumb, box.value);
  change(block, { words, asking: !kept });
  if (!kept) return;
  box.value = "";
  block.querySelector('[aria-pressed="true"]').focus();
}

element.addEventListener("click", (event) => {
  const thumb = event.target.closest(".thumb");
  if (thumb) press(thumb);
  if (!event.target.matches(".why .keep")) return;
  const block = event.target.closest(".feedback");
  change(block, { asking: false });
  block.querySelector('[aria-pressed="true"]').focus();
});

element.addEventListener("submit", (event) => {
  if (event.target.matches(".why")) explain(event.target);
});

watch("value", () => element.querySelectorAll(".feedback").forEach(show));
