// What every page needs beyond HTML: the CSRF header, copying, dismissing, menus that close, and a word when a request fails.
// Everything is delegated from the document, so that a fragment that htmx brings in works without being told.
(() => {
  "use strict";

  const closest = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);

  // htmx's settings stand in a <meta> of the page; the token too, since the cookie may be out of a script's reach.
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector('meta[name="csrf-token"]');
    if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token.content;
  });

  // -- a request that failed must never look like one that changed nothing -------------------------------------------

  function say(sentence) {
    const place = document.getElementById("messages");
    if (!place) return;
    const note = document.createElement("div");
    note.className = "note note-bad";
    note.dataset.dismissable = "";
    const words = document.createElement("p");
    words.textContent = sentence;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "note-close";
    close.dataset.dismiss = "";
    close.textContent = "Dismiss";
    note.append(words, close);
    place.replaceChildren(note);
  }

  // A refusal comes as a fragment and takes the place of what was asked for. A page that stands alone never does: it is an
  // error page, or the sign-in after the session ended, and then the whole page has to go there.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (!xhr.responseText.includes('<body class="standalone"')) return;
    event.detail.shouldSwap = false;
    event.detail.isError = xhr.status >= 400;
    if (xhr.status < 400) location.reload();
  });

  document.addEventListener("htmx:sendError", () => say("The server could not be reached. What you see may be out of date."));
  document.addEventListener("htmx:responseError", (event) => {
    say(`The server answered ${event.detail.xhr.status}. Nothing on this page was changed; try again, or load it anew.`);
  });

  // -- copying ---------------------------------------------------------------------------------------------------------

  async function copy(text) {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    // The clipboard is closed to pages without TLS, which an installation inside a company often is.
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "visually-hidden";
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }

  async function copyFrom(button) {
    const label = button.getAttribute("aria-label");
    try {
      await copy(button.dataset.copy);
    } catch {
      return; // the whole value stands in the title beside it
    }
    button.classList.add("copied");
    button.setAttribute("aria-label", "Copied");
    setTimeout(() => {
      button.classList.remove("copied");
      button.setAttribute("aria-label", label || "Copy");
    }, 1500);
  }

  // -- sliders: the number beside one follows it ------------------------------------------------------------------------

  document.addEventListener("input", (event) => {
    if (event.target.type !== "range") return;
    for (const output of event.target.form?.querySelectorAll("output") ?? []) {
      if (output.htmlFor.contains(event.target.id)) output.value = event.target.value;
    }
  });

  // -- clicks and keys -------------------------------------------------------------------------------------------------

  const openMenus = () => document.querySelectorAll("details[data-menu][open]");

  document.addEventListener("click", (event) => {
    const button = closest(event, "[data-copy]");
    if (button) copyFrom(button);
    if (closest(event, "[data-dismiss]")) closest(event, "[data-dismissable]")?.remove();
    for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of openMenus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // A form that came back with faults says so first; a screen reader would else begin at the top of the page.
  const focusFaults = (root) => root.querySelector("[data-focus]")?.focus();
  focusFaults(document);
  document.addEventListener("htmx:load", (event) => focusFaults(event.detail.elt));
})();
