#!/usr/bin/env bash
# focus-validator 2.2.1, the FinOps Foundation's own: no file passes FOCUS 1.2's rules on InvoiceId.
#
# The specification has two rules, each with its condition: InvoiceId MUST be null when the charge belongs to no invoice
# (InvoiceId-C-004-C), and MUST NOT be null when it belongs to an issued or provisional one (InvoiceId-C-005-C). Nothing in a file says
# which of the two a charge is, and the validator judges both of every row: an empty cell fails the second, any id fails the first.
#
# It wants Python 3.12 for one f-string with a backslash in it, which is written otherwise here where Python is older; pins NumPy 1.26,
# which pyarrow from 20 on refuses; and opens its list of currencies relative to the working folder.
#   findings/focus-invoice-id.sh        needs Python 3.11 or newer with pip; about a minute
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --ignore-requires-python focus-validator==2.2.1 'pyarrow<20'
packages=$("$work/venv/bin/python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
"$work/venv/bin/python" - "$packages" <<'PY'
import pathlib, sys
converter = pathlib.Path(sys.argv[1]) / "focus_validator/config_objects/focus_to_duckdb_converter.py"
text = converter.read_text()
converter.write_text(text.replace('''f"'{k.replace('\\"', '\\"\\"')}'" for k in ignore_keys''', '''"'" + k.replace('"', '""') + "'" for k in ignore_keys'''))
PY
row() { # the row's InvoiceId
  "$work/venv/bin/python" - "$1" <<'PY'
import csv, sys
row = dict(BilledCost="0.0000018", BillingAccountId="a", BillingAccountName="A", BillingAccountType="Installation", BillingCurrency="USD",
           BillingPeriodEnd="2026-12-01T00:00:00Z", BillingPeriodStart="2026-11-01T00:00:00Z", ChargeCategory="Usage", ChargeClass="", ChargeDescription="input",
           ChargeFrequency="Usage-Based", ChargePeriodEnd="2026-12-01T00:00:00Z", ChargePeriodStart="2026-11-30T00:00:00Z", ConsumedQuantity="12.0",
           ConsumedUnit="Tokens", ContractedCost="0.0000018", ContractedUnitPrice="0.00000015", EffectiveCost="0.0000018", InvoiceId=sys.argv[1],
           InvoiceIssuerName="p", ListCost="0.0000018", ListUnitPrice="0.00000015", PricingCategory="Standard", PricingCurrency="USD",
           PricingQuantity="12.0", PricingUnit="Tokens", ProviderName="p", PublisherName="p", ServiceCategory="AI and Machine Learning", ServiceName="m",
           ServiceSubcategory="Generative AI", SkuId="p:m", SkuMeter="input", SkuPriceId="p:m:input")
writer = csv.DictWriter(sys.stdout, row)
writer.writeheader()
writer.writerow(row)
PY
}
judge() {
  row "$1" | (cd "$packages" && PYTHONIOENCODING=utf-8 "$work/venv/bin/focus-validator" --data-file - --validate-version 1.2 --block-download) |
    grep -oE '^- InvoiceId-C-00[45]-C: violations=[0-9]+; .*'
}
empty=$(judge "")
given=$(judge provisional-2026-11)
echo "empty: $empty"
echo "given: $given"
[ "$empty" = "- InvoiceId-C-005-C: violations=1; InvoiceId MUST NOT be NULL." ]
[ "$given" = "- InvoiceId-C-004-C: violations=1; InvoiceId MUST be NULL." ]
