"use strict";
// Swagger's page has a main landmark of its own inside the page's: it is a region of it.
const shell = document.getElementById("swagger-ui");
const name = () => {
  const operations = shell.querySelector("main:not([role])");
  if (!operations) return;
  operations.setAttribute("role", "region");
  operations.setAttribute("aria-label", "Operations");
};
new MutationObserver(name).observe(shell, { childList: true, subtree: true });
