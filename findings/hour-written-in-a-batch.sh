#!/usr/bin/env bash
# A batch halves every token price of Claude, cache writes for an hour included: claude-opus-5-5 writes for an hour at 8 dollars per million,
# in a batch at 4. LiteLLM 1.110.2 charges them in a batch as if they had been written for five minutes, 2.50 dollars:
#
#   1,000,000 tokens written for an hour   8.00 dollars at once, 2.50 in a batch: 69 % off, not 50 %
#   1,000,000 tokens written for 5 min     5.00 dollars at once, 2.50 in a batch
#
# Its price file has no key for the hour in a batch, and its calculator takes the batch price of the shortest life, although it knows how many
# tokens were written for how long and prices them rightly outside a batch. genai-prices 0.2.3 has 4.00 for the same.
# Needs Python 3.10 with venv. Fails when any of this changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv py
py/bin/pip -q install litellm==1.110.2 genai-prices==0.2.3
LITELLM_LOCAL_MODEL_COST_MAP=True py/bin/python - <<'PY'
from decimal import Decimal

from genai_prices import Usage, calc_price
from litellm.cost_calculator import batch_cost_calculator, cost_per_token
from litellm.llms.anthropic.chat.transformation import AnthropicConfig

MODEL = "claude-opus-5-5"


def usage(five_minutes, hour):
    return AnthropicConfig().calculate_usage(reasoning_content=None, usage_object={
        "input_tokens": 0, "output_tokens": 0, "cache_read_input_tokens": 0,
        "cache_creation_input_tokens": five_minutes + hour,
        "cache_creation": {"ephemeral_5m_input_tokens": five_minutes, "ephemeral_1h_input_tokens": hour}})


def at_once(told):
    return round(sum(cost_per_token(model=MODEL, custom_llm_provider="anthropic", usage_object=told)), 9)


def in_a_batch(told):
    return round(sum(batch_cost_calculator(told, MODEL, "anthropic")), 9)


hour, short = usage(0, 1_000_000), usage(1_000_000, 0)
print("an hour:", at_once(hour), "at once,", in_a_batch(hour), "in a batch; five minutes:", at_once(short), in_a_batch(short))
assert (at_once(hour), in_a_batch(hour)) == (8.0, 2.5)
assert (at_once(short), in_a_batch(short)) == (5.0, 2.5)
other = calc_price(Usage(input_tokens=1_000_000, cache_write_1h_tokens=1_000_000, cache_write_tokens=1_000_000), MODEL,
                   provider_id="anthropic", price_context={"processing": "batch"}).total_price
print("genai-prices:", other)
assert other == Decimal("4"), other
PY
