#!/usr/bin/env bash
# gpt-tokenizer 4.0.0 has a price list beside its tokenizer, and estimateCost of a model's own module reads it. A million tokens in and a million out, in
# dollars, beside what genai-prices 0.1.8 (npm) has for the same models, which are OpenAI's list prices:
#
#              gpt-tokenizer   genai-prices
#   gpt-4o       10 + 30        2.50 + 10
#   gpt-4.1      10 + 30           2 + 8
#   gpt-5        10 + 30        1.25 + 10
#   o3           15 + 60           2 + 8
#   gpt-4-turbo  10 + 30          10 + 30
#
# One would expect the price of the model asked for, or an error, as it gives for gpt-5-mini. Three models of three prices have that of gpt-4-turbo, so an
# estimate of a prompt is 4 to 8 times what is charged. A limit that is kept by it stops at an eighth of the money.
# Needs Node 20 with npm. Fails when any of this changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true}' > package.json
npm i --silent --no-audit --no-fund gpt-tokenizer@4.0.0 @pydantic/genai-prices@0.1.8
cat > prices.mjs <<'JS'
import { calcPrice } from "@pydantic/genai-prices";
const million = 1_000_000;
for (const model of ["gpt-4o", "gpt-4.1", "gpt-5", "o3", "gpt-4-turbo", "gpt-5-mini"]) {
  const { estimateCost } = await import(`gpt-tokenizer/model/${model}`);
  let told;
  try { const { main } = estimateCost(million); told = `${main.input} + ${main.output}`; } catch { told = "no price"; }
  const listed = (usage) => calcPrice({ input_tokens: 0, output_tokens: 0, ...usage }, model, { providerId: "openai" }).total_price;
  console.log(`${model}: ${told}, listed ${listed({ input_tokens: million })} + ${listed({ output_tokens: million })}`);
}
JS
node prices.mjs | tee seen
cat > expected <<'TXT'
gpt-4o: 10 + 30, listed 2.5 + 10
gpt-4.1: 10 + 30, listed 2 + 8
gpt-5: 10 + 30, listed 1.25 + 10
o3: 15 + 60, listed 2 + 8
gpt-4-turbo: 10 + 30, listed 10 + 30
gpt-5-mini: no price, listed 0.25 + 2
TXT
diff expected seen && echo "as described"
