package dev.tallygate.metering.focus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.UUID;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;

class FocusCsvTests {

	@Test
	void keepsAmountsAndDisarmsWhatASpreadsheetWouldCompute() throws IOException {
		StringBuilder text = new StringBuilder();
		FocusCsv csv = new FocusCsv(text, YearMonth.of(2026, 11), (charge) -> "=HYPERLINK(\"http://example.org\")");
		csv.line(new FocusCharge(LocalDate.of(2026, 11, 3), new UUID(0, 1), new UUID(0, 2), "openai", "@model",
				"system", null, null, new BigDecimal(-50_000), true, true));
		List<CSVRecord> lines = CSVFormat.RFC4180.builder()
			.setHeader()
			.setSkipHeaderRecord(true)
			.get()
			.parse(new StringReader(text.toString()))
			.getRecords();
		assertThat(lines).singleElement().satisfies((line) -> {
			assertThat(line.get("ResourceName")).isEqualTo("'=HYPERLINK(\"http://example.org\")");
			assertThat(line.get("ServiceName")).isEqualTo("'@model");
			assertThat(line.get("BilledCost")).isEqualTo("-0.00005");
			assertThat(line.get("ChargeClass")).isEqualTo("Correction");
			assertThat(line.get("x_CostNanos")).isEqualTo("-50000");
		});
	}

}
