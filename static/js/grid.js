// The keys of the assessment grid: digits state the capability that has the focus, up and down go to its neighbours.
(() => {
  "use strict";

  const chosen = (set) => set.querySelector("input:checked") || set.querySelector("input");

  document.addEventListener("keydown", (event) => {
    const set = event.target instanceof Element ? event.target.closest("[data-grid-status]") : null;
    if (!set || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step) {
      const all = [...document.querySelectorAll("[data-grid-status]")];
      const next = all[all.indexOf(set) + step];
      event.preventDefault();
      if (next) chosen(next).focus();
      return;
    }
    const wanted = [...set.querySelectorAll("[data-digit]")].find((input) => input.dataset.digit === event.key);
    if (!wanted) return;
    event.preventDefault();
    wanted.focus();
    if (!wanted.checked) wanted.click();
  });
})();
