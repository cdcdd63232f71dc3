// Keys of the tagging queue: a key presses the button that names it, unless somebody is writing or holds a modifier.
(() => {
  "use strict";

  let asked = false; // a key held down must not answer the next ticket too

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || asked) return;
    if (event.target instanceof Element && event.target.closest("input, textarea, select")) return;
    document.querySelector(`#queue [data-key="${CSS.escape(event.key)}"]`)?.click();
  });
  document.addEventListener("htmx:beforeRequest", () => { asked = true; });
  document.addEventListener("htmx:afterRequest", () => { asked = false; });
})();
