// Keeps an open page up to date: when the service says that something changed, the page is fetched again and
// only what differs is put in its place, so that focus, scroll, selection and open details stay as they are.
// A page of the past has no revision and is left alone; without this script every page is.
(() => {
  const script = document.currentScript;
  const main = document.querySelector("main[data-revision]");
  if (!main) return;

  const PARTS = ["main", "freshness", "foot"];
  const SPACING_MS = 1000, MINUTE_MS = 60000, AGAIN_MS = 5000, PATIENCE_MS = 2500, BEAT_MS = 25000;
  const said = document.getElementById("connection");
  let fetching = false, wanted = false, lost = false, fetchedAt = Date.now();
  let lossTimer = 0, fetchTimer = 0;

  // ---- put in place what differs

  const alike = (old, fresh) => old.nodeType === fresh.nodeType && old.nodeName === fresh.nodeName && old.id === fresh.id;
  const isTheReaders = (element, name) => name === "open" && element.nodeName === "DETAILS";

  const morph = (old, fresh) => {
    if (old.isEqualNode(fresh)) return;
    if (old.nodeType !== Node.ELEMENT_NODE) { old.data = fresh.data; return; }
    for (const { name } of [...old.attributes]) {
      if (!fresh.hasAttribute(name) && !isTheReaders(old, name)) old.removeAttribute(name);
    }
    for (const { name, value } of fresh.attributes) {
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
    morphChildren(old, fresh);
  };

  const morphChildren = (old, fresh) => {
    const named = new Map([...old.children].filter((child) => child.id).map((child) => [child.id, child]));
    let at = old.firstChild;
    for (const child of [...fresh.childNodes]) {
      const match = child.id ? named.get(child.id) : at && alike(at, child) ? at : null;
      if (!match || !alike(match, child)) { old.insertBefore(child, at); continue; }
      if (match === at) at = at.nextSibling;
      else if (old.moveBefore) old.moveBefore(match, at); // unlike insertBefore it keeps the focus
      else old.insertBefore(match, at);
      morph(match, child);
    }
    while (at) { const next = at.nextSibling; at.remove(); at = next; }
  };

  const files = (page) => [...page.querySelectorAll("link[rel=stylesheet], script[src]")]
    .map((file) => file.getAttribute("href") ?? file.getAttribute("src")).join();

  const show = (fresh) => {
    if (files(fresh) !== files(document)) { location.reload(); return; } // another release answers now
    const focused = document.activeElement;
    for (const id of PARTS) {
      const old = document.getElementById(id), next = fresh.getElementById(id);
      if (old && next) morph(old, next);
    }
    document.title = fresh.title;
    if (focused && !focused.isConnected) main.focus({ preventScroll: true });
  };

  // ---- fetch the page again, one at a time and not too often

  const refresh = () => {
    clearTimeout(fetchTimer);
    if (fetching) { wanted = true; return; }
    const wait = Math.max(0, fetchedAt + SPACING_MS - Date.now());
    fetchTimer = setTimeout(fetchNow, wait + Math.random() * 100);
  };

  const fetchNow = async () => {
    fetching = true; wanted = false;
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" }, cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      fetchedAt = Date.now();
      setLost(false);
      show(fresh);
      fetchTimer = setTimeout(refresh, MINUTE_MS); // ages and limits move on although nothing happens in Jira
    } catch {
      setLost(true);
      fetchTimer = setTimeout(refresh, AGAIN_MS);
    }
    fetching = false;
    if (wanted) refresh();
  };

  // ---- say when the connection is lost

  const setLost = (now) => {
    clearTimeout(lossTimer);
    lossTimer = 0;
    if (now === lost) return;
    lost = now;
    said.textContent = lost ? said.dataset.lost : said.dataset.again;
    const line = document.getElementById("freshness");
    if (!lost || !line) return;
    line.className = "freshness bad";
    line.replaceChildren(Object.assign(document.createElement("i"), { ariaHidden: "true" }), said.dataset.offline);
    line.append(Object.assign(document.createElement("span"), { className: "muted", textContent: ` · ${said.dataset.trying}` }));
  };

  // ---- listen while the page is seen: browsers allow only six connections to one address, so that all tabs
  // share one stream in a worker; where there are no shared workers, each has its own

  const onOpen = () => { clearTimeout(lossTimer); lossTimer = 0; if (lost) refresh(); };
  const onRevision = (revision) => { if (revision !== main.dataset.revision) refresh(); };
  const onError = () => { lossTimer ||= setTimeout(() => setLost(true), PATIENCE_MS); };

  const ownStream = () => {
    let source = null, openTimer = 0;
    const join = () => {
      clearTimeout(openTimer);
      if (source) return;
      source = new EventSource("/events");
      source.onopen = onOpen;
      source.onmessage = (event) => onRevision(event.data);
      source.addEventListener("over", refresh);
      source.onerror = () => {
        onError();
        if (source && source.readyState === EventSource.CLOSED) { // refused: the browser does not try again
          source = null;
          openTimer = setTimeout(join, AGAIN_MS * (1 + Math.random()));
        }
      };
    };
    return { join, leave: () => { clearTimeout(openTimer); source?.close(); source = null; } };
  };

  const sharedStream = (file) => {
    const worker = new SharedWorker(file, "phasewise-live");
    const heard = { open: onOpen, error: onError, over: refresh, revision: (message) => onRevision(message.revision) };
    let beat = 0;
    worker.port.onmessage = ({ data }) => heard[data.kind](data);
    worker.onerror = () => { stream.leave(); stream = ownStream(); wake(); }; // it could not be started
    const join = () => {
      worker.port.postMessage("seen");
      clearInterval(beat);
      beat = setInterval(() => worker.port.postMessage("seen"), BEAT_MS);
    };
    return { join, leave: () => { clearInterval(beat); worker.port.postMessage("gone"); } };
  };

  const workerFile = script.dataset.worker;
  let stream = window.SharedWorker && workerFile ? sharedStream(workerFile) : ownStream();

  const rest = () => {
    for (const timer of [lossTimer, fetchTimer]) clearTimeout(timer);
    lossTimer = 0;
    stream.leave();
  };

  const wake = () => {
    if (document.hidden) { rest(); return; }
    stream.join();
    if (lost || Date.now() - fetchedAt > MINUTE_MS) refresh();
    else fetchTimer = setTimeout(refresh, MINUTE_MS);
  };

  document.addEventListener("visibilitychange", wake);
  addEventListener("pagehide", rest);
  addEventListener("pageshow", (event) => { if (event.persisted) wake(); });
  wake();
})();
