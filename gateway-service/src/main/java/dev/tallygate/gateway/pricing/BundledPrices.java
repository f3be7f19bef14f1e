package dev.tallygate.gateway.pricing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The price table that ships with the gateway. Its file gives the prices the way the
 * providers publish them, in US dollars per million tokens, as decimal strings.
 */
final class BundledPrices {

	private static final String RESOURCE = "/pricing/prices.json";

	private BundledPrices() {
	}

	static PriceTable load() {
		try (InputStream json = BundledPrices.class.getResourceAsStream(RESOURCE)) {
			if (json == null) {
				throw new IllegalStateException("no resource " + RESOURCE);
			}
			File file = JsonMapper.shared().readValue(json, File.class);
			return new PriceTable(file.version(),
					file.models().stream().map((entry) -> entry.priced(file.effectiveFrom())).toList());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	record File(String version, Instant effectiveFrom, String unit, List<Entry> models) {

	}

	record Entry(String provider, String model, BigDecimal input, BigDecimal output, @Nullable BigDecimal cacheRead,
			@Nullable BigDecimal cacheWrite, @Nullable Instant effectiveFrom) {

		PricedModel priced(Instant since) {
			return new PricedModel(this.provider, this.model,
					new ModelPrice(nanos(this.input), nanos(this.output),
							nanos((this.cacheRead != null) ? this.cacheRead : this.input),
							nanos((this.cacheWrite != null) ? this.cacheWrite : this.input),
							(this.effectiveFrom != null) ? this.effectiveFrom : since));
		}

		private static long nanos(BigDecimal usd) {
			return usd.movePointRight(9).longValueExact();
		}

	}

}
