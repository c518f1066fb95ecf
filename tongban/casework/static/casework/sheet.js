// a[data-sheet]: on a wide screen opens what it links to in #sheet beside the list; everywhere else it is a plain link.
const wide = window.matchMedia("(min-width: 75rem)");

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[data-sheet]");
  const sheet = document.getElementById("sheet");
  if (!link || !sheet || !wide.matches || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const answer = await fetch(link.href, { headers: { "HX-Request": "true" } });
  if (!answer.ok || answer.redirected) { window.location = link.href; return; }
  sheet.innerHTML = await answer.text();
  sheet.scrollTop = 0;
  for (const row of document.querySelectorAll("tr[data-row][aria-current]")) row.removeAttribute("aria-current");
  link.closest("[data-row]")?.setAttribute("aria-current", "true");
});
