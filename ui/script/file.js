// Hands the reader a file, made here: nothing is kept where the page comes from.
watch("value", () => {
  const file = props.value;
  if (!file) return;
  const href = URL.createObjectURL(new Blob([file.text], { type: file.type }));
  Object.assign(document.createElement("a"), { href, download: file.name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 1000);
  props.value = null; // the same file saved again is a change again
});
