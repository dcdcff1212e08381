--- The inbox's script.
-- @module ses.emulator.inbox.script
return [==[
"use strict";

const list = document.getElementById("list");
const live = document.getElementById("live");
const search = document.getElementById("q");
const back = document.getElementById("back");
const POLL_MS = 1500;

// Where the reader was in the list, for the way back. A browser may refuse to keep it.
const memory = (() => {
  try {
    return sessionStorage;
  } catch (error) {
    return {};
  }
})();

const clock = { hour: "2-digit", minute: "2-digit" };
const short = new Intl.DateTimeFormat(undefined, { ...clock, second: "2-digit" });
const dated = new Intl.DateTimeFormat(undefined, { ...clock, month: "short", day: "numeric" });
const long = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" });

// Times come in UTC; they are shown in the reader's own zone.
function localiseTimes(root) {
  const today = new Date().toDateString();
  for (const time of root.querySelectorAll("time")) {
    const date = new Date(time.dateTime);
    const form = time.dataset.form === "long" ? long : date.toDateString() === today ? short : dated;
    time.textContent = form.format(date);
    time.title = long.format(date);
  }
}

function fragmentUrl() {
  const url = new URL(location.href);
  url.searchParams.set("fragment", "1");
  return url;
}

function show(text, state) {
  if (live.textContent !== text) live.textContent = text;
  live.dataset.state = state;
}

async function refresh() {
  const answer = await fetch(fragmentUrl());
  if (!answer.ok) throw new Error(answer.statusText);
  const markup = await answer.text();
  const focused = document.activeElement && document.activeElement.getAttribute("href");
  list.innerHTML = markup;
  localiseTimes(list);
  document.getElementById("quota").innerHTML = list.firstElementChild.dataset.quota;
  if (focused) {
    for (const link of list.querySelectorAll("a")) {
      if (link.getAttribute("href") === focused) link.focus({ preventScroll: true });
    }
  }
}

async function poll() {
  if (document.visibilityState === "visible") {
    try {
      const state = await (await fetch("/_emulator/state")).json();
      if (state.revision !== list.firstElementChild.dataset.revision) await refresh();
      show("Live", "on");
    } catch (error) {
      show("Emulator stopped", "off");
    }
  }
  setTimeout(poll, POLL_MS);
}

let typing;

function searchSoon() {
  clearTimeout(typing);
  typing = setTimeout(() => {
    const url = new URL(location.href);
    url.searchParams.delete("offset");
    if (search.value) url.searchParams.set("q", search.value);
    else url.searchParams.delete("q");
    history.replaceState(null, "", url);
    memory.list = url.search;
    refresh().catch(() => show("Emulator stopped", "off"));
  }, 200);
}

// The mails' links one after the other, from the search on.
function step(by) {
  const stops = [search, ...list.querySelectorAll(".messages a")];
  const at = stops.indexOf(document.activeElement);
  const next = stops[at + by];
  if (at < 0 || !next) return false;
  next.focus();
  return true;
}

function leaveSearch() {
  if (search.value) {
    search.value = "";
    searchSoon();
  } else {
    search.blur();
  }
}

function onListKey(event) {
  const searching = document.activeElement === search;
  let done = true;
  if (event.key === "/" && !searching) search.focus();
  else if (event.key === "Escape" && searching) leaveSearch();
  else if (event.key === "ArrowDown") done = step(1);
  else if (event.key === "ArrowUp") done = step(-1);
  else done = false;
  if (done) event.preventDefault();
}

function onMessageKey(event) {
  if (event.key === "Escape") back.click();
}

// The mail that was open has the focus again.
function returnToMail() {
  const link = memory.mail && list.querySelector(`a[href="${memory.mail}"]`);
  delete memory.mail;
  if (link) link.focus();
}

// A key that is held with another belongs to the browser.
function unmodified(handle) {
  return (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing) handle(event);
  };
}

localiseTimes(document);
if (list) {
  memory.list = location.search;
  returnToMail();
  search.addEventListener("input", searchSoon);
  document.addEventListener("keydown", unmodified(onListKey));
  show("Live", "on");
  setTimeout(poll, POLL_MS);
} else if (back) {
  back.search = memory.list || "";
  back.addEventListener("click", () => {
    memory.mail = location.pathname;
  });
  document.addEventListener("keydown", unmodified(onMessageKey));
}
]==]
