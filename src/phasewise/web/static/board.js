// Arrow keys on the board: up and down in a column, left and right in a lane, Home and End to a lane's ends.
// The card that gets the focus is read by the browser; where it lies is said here. Tab goes through all of them
// with and without this script.
(() => {
  const main = document.getElementById("main"), said = document.getElementById("walked");
  const hint = document.getElementById("walking");
  if (hint) hint.hidden = false;

  const cards = (within) => [...within.querySelectorAll("a.ticket")];
  const place = (card) => ({ lane: card.closest("[data-lane]"), column: card.closest("[data-column]") });

  const beside = (card, step) => { // the nearest column of the lane that has a card, at the same height if it can be
    const { lane, column } = place(card);
    if (!lane) return null;
    const columns = [...lane.querySelectorAll("[data-column]")].filter((one) => one === column || cards(one).length);
    const next = columns[columns.indexOf(column) + step];
    if (!next) return null;
    const others = cards(next);
    return others[Math.min(cards(column).indexOf(card), others.length - 1)];
  };

  const along = (card, step) => { // the next card of the same column, in this lane or the next that has one
    const { column } = place(card);
    const all = cards(document.getElementById("board"));
    const same = column ? all.filter((one) => place(one).column.dataset.column === column.dataset.column) : all;
    return same[same.indexOf(card) + step] ?? null;
  };

  const end = (card, last) => cards(place(card).lane ?? document.getElementById("board")).at(last ? -1 : 0);

  const STEPS = {
    ArrowUp: (card) => along(card, -1), ArrowDown: (card) => along(card, 1),
    ArrowLeft: (card) => beside(card, -1), ArrowRight: (card) => beside(card, 1),
    Home: (card) => end(card, false), End: (card) => end(card, true),
  };

  main.addEventListener("keydown", (event) => {
    const card = event.target.closest?.("#board a.ticket");
    if (!card || !STEPS[event.key] || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const next = STEPS[event.key](card);
    if (!next || next === card) return;
    next.focus();
    const { lane, column } = place(next), near = cards(column ?? document.getElementById("board"));
    const where = column ? `${lane.dataset.lane}, ${column.dataset.column}, ` : "";
    said.textContent = where + said.dataset.card.replace("{n}", near.indexOf(next) + 1).replace("{all}", near.length);
  });
})();
