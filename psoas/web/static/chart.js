// Touching an area of the body chart ticks its checkbox; the chart shows what is ticked and what has the focus.
// The checkboxes are the form: without this script the chart is a picture.
(() => {
  "use strict";
  const areas = (box) => document.querySelectorAll(`.area[data-for="${CSS.escape(box.id)}"]`);
  const isArea = (node) => node instanceof HTMLInputElement && node.id.startsWith("area-");

  const show = (box) => areas(box).forEach((path) => path.classList.toggle("on", box.checked));
  const focus = (box, has) => areas(box).forEach((path) => path.classList.toggle("focus", has));

  const showAll = () => {
    document.querySelectorAll(".body-chart").forEach((chart) => chart.classList.add("live"));
    document.querySelectorAll('input[id^="area-"]').forEach(show);
  };

  document.addEventListener("click", (event) => {
    const path = event.target.closest?.(".area");
    const box = path && document.getElementById(path.dataset.for);
    if (box) box.click();
  });
  document.addEventListener("change", (event) => isArea(event.target) && show(event.target));
  document.addEventListener("focusin", (event) => isArea(event.target) && focus(event.target, true));
  document.addEventListener("focusout", (event) => isArea(event.target) && focus(event.target, false));
  document.addEventListener("reset", () => setTimeout(showAll)); // after the form has been reset
  document.addEventListener("htmx:load", showAll); // a new question was swapped in
  window.addEventListener("pageshow", showAll); // also after "back"
  showAll();
})();
