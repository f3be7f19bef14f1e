// What pages do unasked: show that a form is on its way, and leave alone what somebody is reading.
(() => {
  const LONGEST = 60_000;

  const again = (form) => {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button[aria-busy]")) {
      button.removeAttribute("aria-busy");
      if (button.dataset.idle) button.textContent = button.dataset.idle;
    }
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    const button = event.submitter ?? form.querySelector("button");
    if (!button) return;
    button.setAttribute("aria-busy", "true");
    if (button.dataset.busy) {
      button.dataset.idle = button.textContent;
      button.textContent = button.dataset.busy;
    }
    setTimeout(() => again(form), LONGEST);
  });

  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(again);
  });

  // Where pages are in one line that is longer than the window, the present one is in sight.
  for (const one of document.querySelectorAll("nav [aria-current=page]")) {
    const bar = one.closest("nav");
    bar.scrollLeft = one.offsetLeft - bar.offsetLeft - (bar.clientWidth - one.clientWidth) / 2;
  }

  // A part that refreshes itself waits while the keyboard is in it, text of it is marked or a table of it is scrolled aside.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const part = event.detail.target;
    if (!part || !part.getAttribute("hx-trigger")?.startsWith("every")) return;
    const marked = getSelection();
    const read = (document.activeElement !== document.body && part.contains(document.activeElement))
      || (marked && !marked.isCollapsed && part.contains(marked.anchorNode))
      || [...part.querySelectorAll(".scroll")].some((box) => box.scrollLeft > 0);
    if (read) event.detail.shouldSwap = false;
  });
})();
