package dev.tallygate.gateway.pricing;

import dev.tallygate.pricing.PriceTable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bundled table and the operator's file over it. When the file changes it is read
 * again; a broken one leaves the last good table in force and says so. What an older
 * table had of models that are gone stays.
 */
final class PricesInForce implements Prices {

	private static final Logger logger = LoggerFactory.getLogger(PricesInForce.class);

	private static final int MAX_EARLIER = 8;

	private final PriceTable bundled;

	private final @Nullable PricesFile file;

	private final @Nullable KeptPrices kept;

	private final Deque<PriceTable> earlier = new ArrayDeque<>();

	private volatile PriceTable table;

	private volatile @Nullable String problem;

	private PricesFile.@Nullable State read;

	/** What the operator's file has, and what it ever had of models that are gone. */
	private PriceTable known;

	/**
	 * In force from now on; a file that cannot be used ends the start.
	 * @param kept remembers what the file loses; null when nothing does
	 */
	PricesInForce(PriceTable bundled, @Nullable PricesFile file, @Nullable KeptPrices kept) {
		this.bundled = bundled;
		this.file = file;
		this.kept = kept;
		this.known = (file != null && kept != null) ? kept.read() : new PriceTable("none", List.of());
		this.table = bundled;
		if (file != null) {
			take(file.load());
		}
	}

	@Override
	public PriceTable inForce() {
		return this.table;
	}

	PriceTable bundled() {
		return this.bundled;
	}

	/** Why the file as it is now is not in force; null when it is. */
	@Nullable String problem() {
		return this.problem;
	}

	/** The tables that were in force before, the latest first. */
	synchronized List<PriceTable> earlier() {
		return List.copyOf(this.earlier);
	}

	/** Reads the file again if it has changed. */
	synchronized void refresh() {
		if (this.file == null) {
			return;
		}
		try {
			if (this.problem == null && this.file.state().equals(this.read)) {
				return;
			}
			take(this.file.load());
			this.problem = null;
		}
		catch (UnusablePricesException ex) {
			String message = String.valueOf(ex.getMessage());
			if (!message.equals(this.problem)) {
				logger.error("{}. Prices {} stay in force.", message, this.table.version());
			}
			this.problem = message;
		}
	}

	private void take(PricesFile.Loaded loaded) {
		this.read = loaded.state();
		String version = this.bundled.version() + '+' + loaded.table().version();
		if (version.equals(this.table.version())) {
			return;
		}
		PriceTable before = this.table;
		this.known = loaded.table().keeping(this.known);
		if (this.kept != null) {
			this.kept.write(this.known.rows());
		}
		this.table = this.bundled.overlaidBy(loaded.table(), version).keeping(this.known);
		this.earlier.addFirst(before);
		while (this.earlier.size() > MAX_EARLIER) {
			this.earlier.removeLast();
		}
		logger.info("Prices {} are in force, {} rows", version, this.table.rows().size());
	}

}
