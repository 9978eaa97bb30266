/** Files dragged from outside: the whole page is where they can be dropped, and shows it. */

export function bindDropping(take) {
  const veil = document.getElementById("drop");
  const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragenter", (event) => {
    if (holdsFiles(event)) veil.hidden = false;
  });
  document.addEventListener("dragover", (event) => {
    if (holdsFiles(event)) event.preventDefault();
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) veil.hidden = true;
  });
  document.addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    veil.hidden = true;
    take(event.dataTransfer.files);
  });
}
