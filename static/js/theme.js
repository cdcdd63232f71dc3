// Sets the theme before anything is painted, which is why this file alone blocks: a deferred one would flash white.
// The system decides until the reader chooses otherwise; choosing what the system says gives the decision back to it.
(() => {
  "use strict";
  const KEY = "plumbline-theme";
  const system = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;

  function chosen() {
    try { return localStorage.getItem(KEY); } catch { return null; } // storage may be forbidden; the system then decides
  }

  function remember(theme) {
    try {
      if (theme === preferred()) localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, theme);
    } catch { /* forgotten with the page, and the page still works */ }
  }

  const preferred = () => (system.matches ? "dark" : "light");

  function apply(theme) {
    root.dataset.bsTheme = theme;
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      button.hidden = false;
      button.setAttribute("aria-pressed", String(theme === "dark"));
    }
  }

  const follow = () => apply(chosen() || preferred());
  follow();
  document.addEventListener("DOMContentLoaded", follow);
  system.addEventListener("change", follow);
  addEventListener("storage", (event) => { if (event.key === KEY) follow(); }); // other tabs change with this one
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-toggle]")) return;
    const next = root.dataset.bsTheme === "dark" ? "light" : "dark";
    remember(next);
    apply(next);
  });
})();
