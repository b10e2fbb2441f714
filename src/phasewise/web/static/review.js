// The review by keys: a digit chooses a decision, Enter in the text decides. And the clock goes on. Without
// this script every choice is a radio button, and the clock stands as the page was made.
(() => {
  const clock = document.getElementById("clock");
  if (clock?.hasAttribute("data-running")) {
    const began = Date.now() - Number(clock.dataset.seconds) * 1000;
    const tell = () => {
      const seconds = Math.floor((Date.now() - began) / 1000);
      clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    };
    setInterval(tell, 1000);
  }
  const form = document.querySelector("form.review");
  if (!form) return;
  const text = form.querySelector("#text");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target === text) {
      if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); form.requestSubmit(); }
      return;
    }
    if (event.target instanceof HTMLElement && event.target.matches("input:not([type=radio]), select, button, a")) return;
    const choice = form.querySelector(`[data-digit="${CSS.escape(event.key)}"]`);
    if (choice) { choice.checked = true; text.focus(); event.preventDefault(); }
    else if (event.key === "Enter" && form.querySelector("[data-digit]:checked")) { event.preventDefault(); form.requestSubmit(); }
  });
})();
