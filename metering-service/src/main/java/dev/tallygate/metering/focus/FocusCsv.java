package dev.tallygate.metering.focus;

import java.io.IOException;
import java.time.YearMonth;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;

/**
 * Charges as a FOCUS 1.2 data set in CSV: all of its columns, the empty ones too, for
 * readers look for them.
 */
final class FocusCsv {

	private static final String CURRENCY = "USD";

	private static final String FORMULA_STARTS = "=+-@\t\r";

	private static final Pattern NUMBER = Pattern.compile("-?[0-9.]+");

	private static final Map<String, Function<Line, @Nullable String>> COLUMNS = columns();

	private static final CSVFormat FORMAT = CSVFormat.RFC4180.builder()
		.setHeader(COLUMNS.keySet().toArray(String[]::new))
		.get();

	private final CSVPrinter out;

	private final YearMonth period;

	private final Function<FocusCharge, @Nullable String> keyNames;

	/**
	 * Begins with the header line.
	 * @param period the month of the bill
	 * @param keyNames the name of a charge's API key, if it is known
	 */
	FocusCsv(Appendable out, YearMonth period, Function<FocusCharge, @Nullable String> keyNames) throws IOException {
		this.out = new CSVPrinter(out, FORMAT);
		this.period = period;
		this.keyNames = keyNames;
	}

	void line(FocusCharge charge) throws IOException {
		Line line = new Line(charge, this.period, this.keyNames.apply(charge));
		for (Function<Line, @Nullable String> column : COLUMNS.values()) {
			this.out.print(text(column.apply(line)));
		}
		this.out.println();
	}

	/** What a spreadsheet would take for a formula gets an apostrophe in front. */
	private static String text(@Nullable String value) {
		if (value == null || value.isEmpty()) {
			return "";
		}
		boolean formula = FORMULA_STARTS.indexOf(value.charAt(0)) >= 0 && !NUMBER.matcher(value).matches();
		return formula ? "'" + value : value;
	}

	private static Map<String, Function<Line, @Nullable String>> columns() {
		Map<String, Function<Line, @Nullable String>> columns = new LinkedHashMap<>();
		none(columns, "AvailabilityZone");
		columns.put("BilledCost", (line) -> line.charge().cost());
		columns.put("BillingAccountId", (line) -> "tallygate");
		columns.put("BillingAccountName", (line) -> "Tallygate");
		columns.put("BillingAccountType", (line) -> "Installation");
		columns.put("BillingCurrency", (line) -> CURRENCY);
		columns.put("BillingPeriodEnd", (line) -> line.period().plusMonths(1).atDay(1) + "T00:00:00Z");
		columns.put("BillingPeriodStart", (line) -> line.period().atDay(1) + "T00:00:00Z");
		none(columns, "CapacityReservationId", "CapacityReservationStatus");
		columns.put("ChargeCategory", (line) -> line.isUsage() ? "Usage" : "Adjustment");
		columns.put("ChargeClass", (line) -> line.charge().closed() ? "Correction" : null);
		columns.put("ChargeDescription", Line::description);
		columns.put("ChargeFrequency", (line) -> line.isUsage() ? "Usage-Based" : "One-Time");
		columns.put("ChargePeriodEnd", (line) -> line.charge().day().plusDays(1) + "T00:00:00Z");
		columns.put("ChargePeriodStart", (line) -> line.charge().day() + "T00:00:00Z");
		none(columns, "CommitmentDiscountCategory", "CommitmentDiscountId", "CommitmentDiscountName",
				"CommitmentDiscountQuantity", "CommitmentDiscountStatus", "CommitmentDiscountType",
				"CommitmentDiscountUnit");
		columns.put("ConsumedQuantity", (line) -> line.charge().amount());
		columns.put("ConsumedUnit", Line::unit);
		columns.put("ContractedCost", (line) -> line.charge().cost());
		columns.put("ContractedUnitPrice", (line) -> line.charge().unitPrice());
		columns.put("EffectiveCost", (line) -> line.charge().cost());
		none(columns, "InvoiceId");
		columns.put("InvoiceIssuerName", (line) -> line.charge().provider());
		columns.put("ListCost", (line) -> line.charge().cost());
		columns.put("ListUnitPrice", (line) -> line.charge().unitPrice());
		columns.put("PricingCategory", (line) -> line.isUsage() ? "Standard" : null);
		columns.put("PricingCurrency", (line) -> CURRENCY);
		columns.put("PricingCurrencyContractedUnitPrice", (line) -> line.charge().unitPrice());
		columns.put("PricingCurrencyEffectiveCost", (line) -> line.charge().cost());
		columns.put("PricingCurrencyListUnitPrice", (line) -> line.charge().unitPrice());
		columns.put("PricingQuantity", (line) -> line.charge().amount());
		columns.put("PricingUnit", Line::unit);
		columns.put("ProviderName", (line) -> line.charge().provider());
		columns.put("PublisherName", (line) -> line.charge().provider());
		none(columns, "RegionId", "RegionName");
		columns.put("ResourceId", Line::keyId);
		columns.put("ResourceName", Line::keyName);
		columns.put("ResourceType", (line) -> (line.keyId() != null) ? "API Key" : null);
		columns.put("ServiceCategory", (line) -> "AI and Machine Learning");
		columns.put("ServiceName", (line) -> line.charge().model());
		columns.put("ServiceSubcategory", (line) -> "Generative AI");
		columns.put("SkuId", Line::sku);
		columns.put("SkuMeter", (line) -> line.isUsage() ? line.meter() : null);
		none(columns, "SkuPriceDetails");
		columns.put("SkuPriceId", (line) -> line.isUsage() ? line.sku() + ":" + line.meter() : null);
		columns.put("SubAccountId", (line) -> line.charge().userId().toString());
		columns.put("SubAccountName", (line) -> line.charge().userId().toString());
		columns.put("SubAccountType", (line) -> "User");
		columns.put("Tags", (line) -> "{\"credential\":\"" + line.charge().credential() + "\"}");
		columns.put("x_CostNanos", (line) -> line.charge().costNanos().toPlainString());
		return columns;
	}

	private static void none(Map<String, Function<Line, @Nullable String>> columns, String... names) {
		for (String name : names) {
			columns.put(name, (line) -> null);
		}
	}

	private record Line(FocusCharge charge, YearMonth period, @Nullable String keyName) {

		boolean isUsage() {
			return !this.charge.correction();
		}

		String meter() {
			return (this.charge.meter() != null) ? this.charge.meter() : "all";
		}

		String sku() {
			return this.charge.provider() + ":" + this.charge.model();
		}

		String description() {
			return isUsage() ? this.charge.model() + " " + meter() : "Correction of " + this.charge.model();
		}

		@Nullable String unit() {
			return (this.charge.amount() != null) ? this.charge.unit() : null;
		}

		@Nullable String keyId() {
			return (this.charge.apiKeyId() != null) ? this.charge.apiKeyId().toString() : null;
		}

	}

}
