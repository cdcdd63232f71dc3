// The keys of the assessment grid: digits state the capability that has the focus, up and down go to its neighbours.
// Who chooses what stands there already states it too: until then nobody did.
(() => {
  "use strict";

  const chosen = (set) => set.querySelector("input:checked") || set.querySelector("input");

  const confirm = (input) => {
    const untouched = input.form.elements.revision?.value === "0";
    if (untouched) input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  document.addEventListener("pointerdown", (event) => {
    const label = event.target instanceof Element ? event.target.closest("[data-grid-status] label") : null;
    const input = label?.querySelector("input");
    if (input?.checked) confirm(input);
  });

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
    if (wanted.checked) confirm(wanted);
    else wanted.click();
  });
})();
