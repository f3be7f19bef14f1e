package dev.tallygate.gateway.pricing;

import dev.tallygate.pricing.PriceList;
import dev.tallygate.pricing.PriceListReader;
import dev.tallygate.pricing.PriceRow;
import dev.tallygate.pricing.PriceTable;
import dev.tallygate.pricing.UnreadablePricesException;
import dev.tallygate.security.secret.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator's price table in LiteLLM's format. An entry that makes no sense is named
 * and skipped; prices that nobody understands are named once a file.
 */
final class PricesFile {

	private static final Logger logger = LoggerFactory.getLogger(PricesFile.class);

	private static final int MAX_NAMED = 50;

	private final Path path;

	PricesFile(Path path) {
		this.path = path;
	}

	/** What tells one state of the file from another, without reading it. */
	record State(FileTime modified, long size) {

	}

	/** A table read from it, and from which state. */
	record Loaded(PriceTable table, State state) {

	}

	State state() {
		try {
			return new State(Files.getLastModifiedTime(this.path), Files.size(this.path));
		}
		catch (IOException ex) {
			throw new UnusablePricesException("TALLYGATE_PRICES_FILE " + this.path + " cannot be read: " + reasonOf(ex),
					ex);
		}
	}

	/**
	 * Reads the file.
	 * @throws UnusablePricesException when it cannot be read, is no JSON object, or
	 * changes meanwhile
	 */
	Loaded load() {
		State before = state();
		byte[] content = content(before);
		if (!state().equals(before) || content.length != before.size()) {
			throw new UnusablePricesException("TALLYGATE_PRICES_FILE " + this.path + " changed while it was read",
					null);
		}
		try {
			PriceList list = PriceListReader.read(content);
			report(list);
			return new Loaded(new PriceTable("file-" + fingerprint(content), list.rows()), before);
		}
		catch (UnreadablePricesException ex) {
			throw new UnusablePricesException("TALLYGATE_PRICES_FILE " + this.path + " is " + ex.getMessage(), ex);
		}
	}

	private byte[] content(State state) {
		if (state.size() > PriceListReader.MAX_BYTES) {
			throw new UnusablePricesException("TALLYGATE_PRICES_FILE " + this.path + " has more than "
					+ (PriceListReader.MAX_BYTES >> 20) + " MiB", null);
		}
		try {
			return Files.readAllBytes(this.path);
		}
		catch (IOException ex) {
			throw new UnusablePricesException("TALLYGATE_PRICES_FILE " + this.path + " cannot be read: " + reasonOf(ex),
					ex);
		}
	}

	private void report(PriceList list) {
		list.skipped()
			.stream()
			.limit(MAX_NAMED)
			.forEach((entry) -> logger.error(
					"Price of '{}' in {} is skipped: {}. Calls to it count as unpriced unless the bundled table prices it.",
					entry.model(), this.path, entry.reason()));
		Set<String> ignored = new TreeSet<>();
		list.rows().stream().map(PriceRow::ignored).forEach(ignored::addAll);
		if (!ignored.isEmpty()) {
			logger.warn("Prices in {} that are not understood and are passed over: {}", this.path, ignored);
		}
		logger.info("{} of {} models taken from {}, {} skipped", list.rows().size(), list.models(), this.path,
				list.skipped().size());
	}

	private static String reasonOf(IOException ex) {
		return (ex instanceof NoSuchFileException) ? "there is no such file" : String.valueOf(ex.getMessage());
	}

	private static String fingerprint(byte[] content) {
		return HexFormat.of().formatHex(Sha256.ofAll(content), 0, 6);
	}

}
