// Times by the visitor's own clock; without this they are by the shop's, which says so.
for (const time of document.querySelectorAll("time[datetime]")) {
  const at = new Date(time.dateTime);
  if (Number.isNaN(at.getTime())) continue;
  const day = { day: "numeric", month: "long", year: "numeric" };
  const clock = { hour: "2-digit", minute: "2-digit" };
  time.title = time.textContent;
  // The text only: hydration goes by the marks around it.
  time.firstChild.nodeValue =
    at.toLocaleDateString("en-GB", day) + ", " + at.toLocaleTimeString("en-GB", clock);
}
