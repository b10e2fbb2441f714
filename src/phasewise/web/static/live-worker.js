// One stream of events for all tabs of a browser: live.js joins it as long as its page is seen. Tabs that were
// not heard of for a while are gone, however they went; the last one that leaves ends the stream.
(() => {
  const AGAIN_MS = 5000, SILENCE_MS = 75000;
  const tabs = new Map(); // port -> when it was heard of last
  let source = null, revision = null, openTimer = 0;

  const tell = (message) => { for (const port of tabs.keys()) port.postMessage(message); };

  const listen = () => {
    clearTimeout(openTimer);
    if (source || tabs.size === 0) return;
    source = new EventSource("/events");
    source.onopen = () => tell({ kind: "open" });
    source.onmessage = (event) => { revision = event.data; tell({ kind: "revision", revision }); };
    source.addEventListener("over", () => tell({ kind: "over" }));
    source.onerror = () => {
      tell({ kind: "error" });
      if (source && source.readyState === EventSource.CLOSED) { // refused: the browser does not try again
        source = null;
        openTimer = setTimeout(listen, AGAIN_MS * (1 + Math.random()));
      }
    };
  };

  const leave = (port) => {
    tabs.delete(port);
    if (tabs.size > 0) return;
    clearTimeout(openTimer);
    source?.close();
    source = revision = null;
  };

  const hear = (port) => {
    const isNew = !tabs.has(port);
    tabs.set(port, Date.now());
    if (isNew && source?.readyState === EventSource.OPEN) {
      port.postMessage({ kind: "open" });
      if (revision !== null) port.postMessage({ kind: "revision", revision });
    }
    listen();
  };

  addEventListener("connect", ({ ports: [port] }) => {
    port.onmessage = ({ data }) => { if (data === "seen") hear(port); else leave(port); };
  });
  setInterval(() => {
    for (const [port, at] of tabs) if (Date.now() - at > SILENCE_MS) leave(port);
  }, SILENCE_MS / 3);
})();
