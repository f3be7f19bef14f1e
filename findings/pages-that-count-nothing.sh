#!/usr/bin/env bash
# LiteLLM 1.110.2 counts the tokens of a prompt, as it does before a call for its limits by the minute and for the choice of a model whose window is
# large enough. The prompt is a document of 1 page or of 300, each page with the same 60 words, as a PDF and as plain text:
#
#                          1 page   300 pages
#   PDF, in chat's form        94        94
#   PDF, in messages' form     92        92
#   plain text                 74     19892
#
# One would expect a guess by size or by pages, or a refusal to count, as it gives for sound ("Invalid content item type: input_audio"). A PDF counts
# as one small picture, whatever is in it, so what providers charge at one to three thousand tokens a page passes limits and windows as if it were
# nothing.
# Needs Python 3.10 with venv. Fails when any of this changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv py
py/bin/pip -q install --no-compile litellm==1.110.2
LITELLM_LOCAL_MODEL_COST_MAP=True py/bin/python - <<'PY' 2> err | tee seen
import base64

import litellm

WORDS = "the price of a thousand words is counted here once more " * 6


def pdf(pages):
    kids = " ".join(f"{3 + 2 * n} 0 R" for n in range(pages))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>"]
    for n in range(pages):
        text = f"BT /F1 9 Tf 40 700 Td ({WORDS}) Tj ET"
        objects.append("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 "
                       f"/BaseFont /Helvetica >> >> >> /Contents {4 + 2 * n} 0 R >>")
        objects.append(f"<< /Length {len(text)} >>\nstream\n{text}\nendstream")
    out, at = "%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        at.append(len(out))
        out += f"{number} 0 obj\n{text}\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(at) + 1}\n0000000000 65535 f \n" + "".join(f"{offset:010} 00000 n \n" for offset in at)
    out += f"trailer\n<< /Size {len(at) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return base64.b64encode(out.encode()).decode()


def count(model, part):
    return litellm.token_counter(model=model, messages=[{"role": "user", "content": [part]}])


for pages in (1, 300):
    data = pdf(pages)
    print(pages, "chat", count("gpt-4.1", {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64," + data}}),
          "messages", count("claude-opus-5-5", {"type": "document", "source": {
              "type": "base64", "media_type": "application/pdf", "data": data}}),
          "text", count("gpt-4.1", {"type": "text", "text": WORDS * pages}))
PY
cat > expected <<'TXT'
1 chat 94 messages 92 text 74
300 chat 94 messages 92 text 19892
TXT
diff expected seen && echo "as described"
