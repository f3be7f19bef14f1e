// What was typed into a form and could not be saved is typed again when its page is back: after a refusal, and after the sign-in that a session's end
// asked for. It is kept in this tab until the next page, never a password.
(() => {
  const DRAFT = "draft";
  const who = document.querySelector(".who span")?.textContent ?? null;
  const typed = (field) => field.name && field.name !== "_csrf" && !["password", "submit", "button"].includes(field.type);
  const visible = (field) => field.type !== "hidden";

  const keep = (draft) => {
    try {
      sessionStorage.setItem(DRAFT, JSON.stringify(draft));
    } catch {
      // No room for it, or none that is allowed: it is lost, as the page says.
    }
  };

  const forget = () => sessionStorage.removeItem(DRAFT);

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    const fields = [...form.elements].filter(typed);
    if (!fields.some(visible)) {
      // Signing in brings somebody back to what is kept; whatever else there is to press does not.
      if (who) forget();
      return;
    }
    keep({ who, page: location.pathname + location.search, action: form.getAttribute("action"),
      fields: fields.map((field) => ({ name: field.name, value: field.value, visible: visible(field) })) });
  });

  const draft = JSON.parse(sessionStorage.getItem(DRAFT) ?? "null");
  if (!draft) return;

  const formOf = () => [...document.forms].find((form) => form.getAttribute("action") === draft.action && draft.fields.every((field) => {
    const now = form.elements[field.name];
    return now && (field.visible || field.name === "seen" || now.value === field.value);
  }));

  const fill = (form, alsoSeen) => {
    for (const field of draft.fields) {
      if (field.visible || (alsoSeen && field.name === "seen")) form.elements[field.name].value = field.value;
    }
    form.closest("details")?.setAttribute("open", "");
  };

  // The sign-in page or the one that says that a form is out of date.
  const told = document.querySelector(".unsaved");
  if (told) {
    keep({ ...draft, lost: true });
    told.hidden = false;
    for (const link of told.querySelectorAll("a")) link.href = draft.page;
    return;
  }
  if (!who && draft.lost && !document.querySelector(".notice.good")) return;
  forget();
  if (who !== draft.who) return;
  const form = formOf();
  if (!draft.lost) {
    if (form && document.querySelector(".notice.bad:not(.stale)")) fill(form, false);
    return;
  }
  if (!form) {
    if (!draft.led) {
      keep({ ...draft, led: true });
      location.replace(draft.page);
    }
    return;
  }
  // With what it was filled from then, so that a change made elsewhere meanwhile is still noticed.
  fill(form, true);
  const note = document.createElement("p");
  note.className = "notice";
  note.setAttribute("role", "status");
  note.textContent = "This is what you typed before. It is not saved yet: look at it and send it again.";
  form.before(note);
  form.querySelector("input:not([type=hidden]), select, textarea").focus();
})();
