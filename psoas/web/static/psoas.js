// Small helps; every page works without them.
"use strict";

// "None of these" and a ticked line exclude each other, so the later one wins.
for (const none of document.querySelectorAll('input[name^="none-"]')) {
  const list = none.closest("fieldset");
  const lines = list.querySelectorAll('input[name="tick"]');
  none.addEventListener("change", () => none.checked && lines.forEach((line) => (line.checked = false)));
  const unsure = list.querySelector('input[name^="unsure-"]');
  [...lines, unsure].forEach((line) => line.addEventListener("change", () => line.checked && (none.checked = false)));
  none.addEventListener("change", () => none.checked && (unsure.checked = false));
}

// Leaving quickly leaves no way back to the page.
for (const link of document.querySelectorAll("[data-leave]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    location.replace(link.href);
  });
}

// After an error the list of what is missing is read first.
document.querySelector(".faults")?.focus();
