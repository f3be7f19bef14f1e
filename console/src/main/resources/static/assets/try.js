// Sends what is typed, shows the answer as it comes, and what it cost once the books have it.
(() => {
  const form = document.getElementById("try");
  if (!form) return;
  const token = form.querySelector("input[name=_csrf]").value;
  const talk = document.getElementById("talk");
  const send = form.querySelector("button");
  const messages = [];

  const line = (who, text) => {
    const article = document.createElement("article");
    article.className = "said " + who;
    const p = document.createElement("p");
    p.textContent = text;
    article.append(p);
    talk.append(article);
    article.scrollIntoView({ block: "nearest" });
    return { article, p };
  };

  const cost = async (id, article) => {
    const note = document.createElement("p");
    note.className = "soft small";
    note.textContent = "Being booked …";
    article.append(note);
    for (let i = 0; i < 20; i++) {
      await new Promise((done) => setTimeout(done, 500));
      const answer = await fetch("/try/cost?id=" + encodeURIComponent(id));
      if (answer.redirected) break;
      if (answer.ok) {
        note.textContent = "";
        const link = document.createElement("a");
        link.href = "/calls/" + encodeURIComponent(id);
        link.textContent = await answer.text();
        note.append("Cost ", link);
        return;
      }
    }
    note.textContent = "The books have not got it yet; look at your calls in a minute.";
  };

  const reason = async (answer) => {
    try {
      const body = await answer.json();
      return body.error?.message ?? "The gateway answered " + answer.status + ".";
    } catch {
      return "The gateway answered " + answer.status + ".";
    }
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = form.elements.text.value.trim();
    if (!text) return;
    messages.push({ role: "user", content: text });
    line("me", text);
    form.elements.text.value = "";
    send.disabled = true;
    const { article, p } = line("it", "…");
    try {
      const answer = await fetch("/try/answer", {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-XSRF-TOKEN": token, "X-CSRF-TOKEN": token },
        body: JSON.stringify({ model: form.elements.model.value.trim() || "auto", messages, stream: true }),
      });
      if (answer.redirected || !answer.ok) {
        article.classList.add("bad");
        p.textContent = answer.redirected ? "You were signed out, so nothing was sent. Sign in again; what you typed is in the box."
          : answer.status === 403 ? "This page is out of date. Reload it." : await reason(answer);
        if (answer.redirected) form.elements.text.value = text;
        messages.pop();
        return;
      }
      p.textContent = "";
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      let failed = false;
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        rest += value;
        const events = rest.split(/\r?\n\r?\n/);
        rest = events.pop();
        for (const one of events) {
          const data = one.split(/\r?\n/).filter((row) => row.startsWith("data:")).map((row) => row.slice(5).trim()).join("\n");
          if (!data || data === "[DONE]") continue;
          const chunk = JSON.parse(data);
          if (chunk.error) {
            failed = true;
            article.classList.add("bad");
            p.textContent += (p.textContent ? "\n" : "") + chunk.error.message;
          }
          p.textContent += chunk.choices?.[0]?.delta?.content ?? "";
        }
      }
      if (!failed) messages.push({ role: "assistant", content: p.textContent });
      const id = answer.headers.get("x-tallygate-call-id");
      // The next one need not wait for the books.
      if (id) cost(id, article).catch(() => {});
    } catch (trouble) {
      article.classList.add("bad");
      p.textContent += (p.textContent ? "\n" : "") + "The answer was cut off.";
    } finally {
      send.disabled = false;
      form.elements.text.focus();
    }
  });
})();
