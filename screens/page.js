// Streamlit calls the page American English, and reruns it at a single key press (r) or offers to clear a cache (c),
// which takes keys from people who steer by voice or keyboard: WCAG 2.2, 3.1.1 and 2.1.4.
document.documentElement.lang = "en-GB";
if (!window.farebridgeKeys) {
  window.farebridgeKeys = true;
  window.addEventListener("keydown", (event) => {
    const typing = event.target.closest && event.target.closest("input, textarea, select, [contenteditable=true]");
    const alone = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (alone && !typing && ["r", "R", "c", "C"].includes(event.key)) event.stopImmediatePropagation();
  }, true);
  // Streamlit puts a new entry into the browser's history for each change of an address, so that Back would lead to the
  // same page with fewer answers in its address. Only another page is a new entry.
  const push = history.pushState.bind(history);
  history.pushState = (state, title, address) => {
    const same = address && new URL(address, location.href).pathname === location.pathname;
    return same ? history.replaceState(state, title, address) : push(state, title, address);
  };
  const reachTables = () => {
    for (const box of document.querySelectorAll("[data-testid=stTable] > div:not([tabindex])")) {
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", "Table, scrolls sideways where it is wider than the page");
    }
  };
  const turns = new Map(); // by target, of the marks that were followed
  const moveFocus = () => {
    for (const { dataset } of document.querySelectorAll(".farebridge-focus")) {
      const target = turns.get(dataset.target) !== dataset.turn && document.querySelector(dataset.target);
      if (!target) continue;
      turns.set(dataset.target, dataset.turn);
      if (dataset.turn === "0") continue; // as the page was opened
      if (target.tabIndex < 0) target.tabIndex = -1; // a heading
      target.focus({ preventScroll: true });
      if (dataset.view) target.scrollIntoView();
    }
  };
  // A box that opens over the page stands last in it: the focus goes into it, and back to its button once it closes.
  let box = null;
  let opener = null;
  let entered = null;
  const enterBox = (tries = 40) => {
    const now = document.querySelector("[data-testid=stPopoverBody]");
    const drawnAnew = now && entered && !entered.isConnected && document.activeElement === document.body;
    if (now === box && !drawnAnew) return;
    if (now) {
      const first = now.querySelector("input, textarea");
      if (!first) return; // drawn before what it holds, whose buttons come before its boxes
      if (now !== box && document.activeElement !== document.body) opener = document.activeElement;
      first.focus({ preventScroll: true });
      if (document.activeElement !== first) { // not visible yet
        if (tries) setTimeout(() => enterBox(tries - 1), 50);
        return;
      }
      entered = first;
    } else if (document.activeElement === document.body) {
      opener?.focus({ preventScroll: true });
    }
    box = now;
  };
  const follow = () => { reachTables(); moveFocus(); enterBox(); };
  const watched = { childList: true, subtree: true, attributes: true, attributeFilter: ["data-turn"] };
  new MutationObserver(follow).observe(document.body, watched);
  reachTables();
  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest(".farebridge-print");
    if (!button) return;
    if (!button.classList.contains("farebridge-copy")) return window.print();
    navigator.clipboard.writeText(window.location.href).then(
      () => { button.textContent = "Link copied"; },
      () => { window.prompt("Copy this link", window.location.href); },
    );
  });
}
