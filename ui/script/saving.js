// Runs once, when the buttons that save the conversation appear.
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-kind]");
  if (button) trigger("submit", { ...button.dataset });
});
