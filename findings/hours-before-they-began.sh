#!/usr/bin/env bash
# genai-prices 0.2.3 knows that deepseek-v4-pro cost 0.435 / 0.003625 / 0.87 dollars per million (in / cached / out) until 17 August 2026, when
# the price rose and peak hours (01-04 and 06-10 UTC) were introduced. Asked for a call of 1 June 2026, more than two months before:
#
#   at 12:00 UTC   0.00902625 dollars, the price of then
#   at 08:00 UTC   0.03696 dollars, by peak hours that began eleven weeks later: 4.1 times too much
#
# The rows of the peak hours have a time of day and no date, and the last row that matches wins. So does a Sunday, which has no peak.
# Needs Python 3.10 with venv. Fails when any of this changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv py
py/bin/pip -q install genai-prices==0.2.3
py/bin/python - <<'PY'
from datetime import datetime, timezone
from decimal import Decimal

from genai_prices import Usage, calc_price

USAGE = Usage(input_tokens=100_000, cache_read_tokens=90_000, output_tokens=5_000)


def price(*at):
    return calc_price(USAGE, "deepseek-v4-pro", provider_id="deepseek",
                      genai_request_timestamp=datetime(*at, tzinfo=timezone.utc)).total_price


noon = price(2026, 6, 1, 12)
morning = price(2026, 6, 1, 8)
peak = price(2026, 11, 27, 8)
sunday = price(2026, 11, 29, 8)
print("1 June 2026 at 12:00 UTC", noon, "and at 08:00 UTC", morning)
assert noon == Decimal("0.00902625"), noon
assert morning == peak == Decimal("0.03696"), (morning, peak)
assert sunday == peak, sunday
PY
