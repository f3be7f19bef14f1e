package dev.tallygate.pricing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * The price table that ships with Tallygate, made by {@code make-prices} from published
 * files; {@code prices.properties} says from which and when.
 */
public final class BundledPrices {

	private static final int FINGERPRINT = 8;

	private BundledPrices() {
	}

	/**
	 * The table; its version has the day it was made and the fingerprint of its content.
	 */
	public static PriceTable load() {
		Properties about = new Properties();
		try (InputStream properties = open("prices.properties"); InputStream json = open("prices.json")) {
			about.load(properties);
			PriceList list = PriceListReader.read(json);
			if (!list.skipped().isEmpty()) {
				throw new IllegalStateException("the bundled prices do not make sense: " + list.skipped().getFirst());
			}
			return new PriceTable(
					about.getProperty("made") + '-' + about.getProperty("sha256").substring(0, FINGERPRINT),
					list.rows());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (UnreadablePricesException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static InputStream open(String name) {
		InputStream resource = BundledPrices.class.getResourceAsStream(name);
		if (resource == null) {
			throw new IllegalStateException("no resource " + name);
		}
		return resource;
	}

}
