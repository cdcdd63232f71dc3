// The search of every page: its keys, and going through what it found. What it finds is asked for by htmx, by its attributes.
(() => {
  "use strict";

  const box = document.getElementById("search-box");
  const results = document.getElementById("search-found");
  const keys = document.getElementById("keys-dialog");
  if (!box || !results) return;

  const isWriting = (element) => element instanceof Element && element.closest("input, textarea, select, [contenteditable]");

  function focusSearch() {
    if (box.offsetParent === null) document.querySelector(".search-link")?.click(); // small screens have a page for it
    else {
      box.focus();
      box.select();
    }
  }

  function step(from, by) {
    const links = [...results.querySelectorAll("a")];
    const next = links.indexOf(from) + by;
    if (next < 0) box.focus();
    else links[Math.min(next, links.length - 1)]?.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "k" && (event.ctrlKey || event.metaKey) && !event.altKey) {
      event.preventDefault();
      focusSearch();
      return;
    }
    const inSearch = event.target instanceof Element && event.target.closest("[data-search]");
    if (inSearch && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      step(event.target, event.key === "ArrowDown" ? 1 : -1);
    }
    if (inSearch && event.key === "Escape") {
      results.replaceChildren();
      box.blur();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
    if (event.key === "/") {
      event.preventDefault();
      focusSearch();
    }
    if (event.key === "?" && keys && !keys.open) keys.showModal();
  });

  box.addEventListener("input", () => { if (!box.value.trim()) results.replaceChildren(); });
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element && event.target.closest("[data-search]"))) results.replaceChildren();
  });
})();
