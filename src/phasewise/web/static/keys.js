// Keys: / searches, ? lists the keys, g and a letter goes to a page. Single keys can be turned off on this
// device, for those who speak to their computer. Without this script every one of them is a link or a field.
(() => {
  const stored = () => { try { return localStorage.getItem("keys") !== "off"; } catch { return true; } };
  const store = (on) => { try { localStorage.setItem("keys", on ? "on" : "off"); } catch { /* private window: for this page only */ } };
  const search = document.getElementById("search");
  const menu = document.getElementById("menu");
  const list = document.getElementById("keys");
  const WAIT_MS = 1500;
  let on = stored(), wentAt = 0;

  const isTyping = (target) => target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));

  const openSearch = () => {
    if (!search.checkVisibility()) menu.showPopover();
    search.focus();
    search.select();
  };

  const goTo = (key) => {
    const link = document.querySelector(`#menu a[data-key="${CSS.escape(key)}"]`);
    if (link) location.assign(link.href);
    return Boolean(link);
  };

  const obey = (key) => {
    if (Date.now() - wentAt < WAIT_MS) { wentAt = 0; return goTo(key); }
    if (key === "g") wentAt = Date.now();
    else if (key === "/") openSearch();
    else if (key === "?") list.togglePopover();
    else return false;
    return true;
  };

  const closeDay = () => document.querySelector("details.as-of[open]")?.removeAttribute("open");

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { closeDay(); return; }
    if (!on || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
    if (obey(event.key)) event.preventDefault();
  });
  document.addEventListener("click", (event) => { if (!event.target.closest("details.as-of")) closeDay(); });

  for (const button of document.querySelectorAll("[data-keys]")) {
    const say = () => { button.textContent = on ? button.dataset.off : button.dataset.on; };
    button.hidden = false;
    say();
    button.addEventListener("click", () => { on = !on; store(on); document.querySelectorAll("[data-keys]").forEach((one) => { one.textContent = button.textContent; }); say(); });
  }
})();
