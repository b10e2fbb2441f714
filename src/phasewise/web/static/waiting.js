// Pages that wait: for the service that takes the place of the set-up, and for the first reading of Jira.
const waiting = document.querySelector("[data-waits-for]");

async function look() {
  try {
    const answer = await fetch(waiting.dataset.waitsFor, { headers: { accept: "text/html" }, cache: "no-store" });
    const there = new URL(answer.url).pathname;
    if (answer.ok && there !== location.pathname && !there.startsWith("/setup")) {
      location.replace(answer.url);
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const news = there === location.pathname && page.querySelector("[data-waits-for]");
    if (news) waiting.replaceChildren(...news.childNodes);
  } catch {
    // Nobody answers while one application ends and the other begins.
  }
  setTimeout(look, 2000);
}

if (waiting) setTimeout(look, 2000);
