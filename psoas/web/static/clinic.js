// The working page while it stays open: the list narrows as one types, and an answer swaps the panels in place.
// Every form works without this script.
(() => {
  "use strict";
  const PANELS = ["hits", "answers", "bracket", "panel"];
  const get = (id) => document.getElementById(id);
  const query = get("q");
  const say = (text) => (get("say").textContent = text);

  // What is looked for and the setting stand in the address, so that a reload comes back to them.
  const here = () => {
    const url = new URL(location.href);
    url.hash = "";
    url.searchParams.delete("all");
    if (query.value.trim()) url.searchParams.delete("group");
    query.value.trim() ? url.searchParams.set("q", query.value) : url.searchParams.delete("q");
    url.searchParams.set("setting", get("setting").value);
    return url;
  };

  // What is being typed into a row of the list, and the focus, outlive a new list.
  const keeping = (change) => {
    const active = document.activeElement?.id;
    const typed = [...document.querySelectorAll("#hits .n")].map((one) => [one.id, one.value]);
    change();
    typed.forEach(([id, value]) => get(id) && value && (get(id).value = value));
    if (active && get(active) !== document.activeElement) get(active)?.focus({ preventScroll: true });
  };

  let searching = null;
  let waiting = 0;
  const search = async () => {
    searching?.abort();
    searching = new AbortController();
    const url = here();
    history.replaceState(null, "", url);
    url.searchParams.set("part", "hits");
    try {
      const answer = await fetch(url, { signal: searching.signal });
      if (!answer.ok) return;
      const html = await answer.text();
      keeping(() => (get("hits").innerHTML = html));
      get("hits").dataset.of = url.searchParams.get("q") || "";
      const count = document.querySelectorAll("#hits .hit").length;
      say(query.value.trim() ? `${count} shown` : "");
    } catch (error) {
      if (error.name !== "AbortError") say("The search did not get through. Press Find.");
    }
  };

  // After a swap the same button has the focus, or the next one that is left.
  const buttons = () => [...document.querySelectorAll(".desk button, .desk summary, .desk input")];
  const after = (node) => {
    const all = buttons();
    const own = node?.closest(".ask, .hit, .danger-page, tr, li");
    const rest = all.slice(all.indexOf(node)).filter((one) => one === node || !own || !own.contains(one));
    const key = node?.id.split("-").pop();
    return [node, ...rest.filter((one) => one.id.split("-").pop() === key), ...rest].map((one) => one?.id).filter(Boolean);
  };

  const swap = (html, ids) => {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    if (!fresh.getElementById("panel")) return false;
    const open = new Map([...document.querySelectorAll(".desk details[id]")].map((one) => [one.id, one.open]));
    for (const id of PANELS) {
      get(id).replaceChildren(...fresh.getElementById(id).childNodes);
      Object.assign(get(id).dataset, fresh.getElementById(id).dataset);
    }
    open.forEach((was, id) => get(id) && (get(id).open = was));
    const next = ids.map(get).find(Boolean);
    if (next && next !== document.activeElement) next.focus({ preventScroll: true });
    const fault = fresh.querySelector(".faults li");
    say(fault ? fault.textContent.trim() : get("bracket").dataset.summary);
    if (fault) document.querySelector('.desk [aria-invalid="true"]')?.focus();
    return true;
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("form[data-live]") || form.dataset.plain) return;
    event.preventDefault();
    clearTimeout(waiting);
    searching?.abort(); // what it brings would not know this answer
    const ids = after(event.submitter);
    const url = new URL(form.action);
    url.search = here().search;
    try {
      const body = new URLSearchParams(new FormData(form, event.submitter));
      const answer = await fetch(url, { method: "POST", body });
      if (!swap(await answer.text(), ids)) throw new Error("no page");
    } catch {
      form.dataset.plain = "yes"; // then as a plain form, which shows what is wrong
      form.requestSubmit(event.submitter);
    }
  });

  get("setting").addEventListener("change", async () => {
    const url = here();
    history.replaceState(null, "", url);
    document.querySelector("#find [name=setting]").value = get("setting").value;
    for (const link of document.querySelectorAll('a[href*="setting="]'))
      link.href = link.href.replace(/setting=\w+/, `setting=${get("setting").value}`);
    swap(await (await fetch(url)).text(), ["setting"]);
  });
  document.querySelector("#setting-form button").hidden = true;

  query.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, 60);
  });
  // Enter goes to the first finding.
  get("find").addEventListener("submit", async (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    await search();
    document.querySelector("#hits .hit input[type=text], #hits .hit button")?.focus();
  });

  if (query.value !== query.defaultValue) search(); // typed before this script was here

  get("print").hidden = false;
  get("print").addEventListener("click", () => print());
})();
