package dev.tallygate.gateway.pricing;

import dev.tallygate.pricing.PriceRow;
import dev.tallygate.pricing.PriceRowJson;
import dev.tallygate.pricing.PriceTable;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the operator's file ever priced, in a file of our own: a model that vanishes from
 * the operator's keeps its last price after a restart too, for calls were made with it.
 * When it cannot be read or written, prices are as the operator's file says, and that is
 * logged.
 */
final class KeptPrices {

	private static final Logger logger = LoggerFactory.getLogger(KeptPrices.class);

	private static final JsonMapper JSON = JsonMapper.builder()
		.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
		.build();

	private final Path file;

	KeptPrices(Path file) {
		this.file = file;
	}

	/** What was kept; nothing when there is nothing that can be read. */
	PriceTable read() {
		if (!Files.exists(this.file)) {
			return new PriceTable("kept", List.of());
		}
		try {
			PriceRowJson[] rows = JSON.readValue(Files.readAllBytes(this.file), PriceRowJson[].class);
			return new PriceTable("kept", Arrays.stream(rows).map(PriceRowJson::row).toList());
		}
		catch (IOException | JacksonException | IllegalArgumentException | NullPointerException ex) {
			logger.error("Prices of models that the price file has no longer cannot be read from {}: {}", this.file,
					ex.getMessage());
			return new PriceTable("kept", List.of());
		}
	}

	/** Keeps these rows, all of them or none. */
	void write(List<PriceRow> rows) {
		Path made = this.file.resolveSibling(this.file.getFileName() + ".new");
		try {
			if (this.file.getParent() != null) {
				Files.createDirectories(this.file.getParent());
			}
			Files.write(made, JSON.writeValueAsBytes(rows.stream().map(PriceRowJson::of).toList()));
			move(made);
		}
		catch (IOException ex) {
			logger.error("Prices of models that the price file may lose cannot be kept in {}: {}", this.file,
					ex.getMessage());
		}
	}

	private void move(Path made) throws IOException {
		try {
			Files.move(made, this.file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
		}
		catch (AtomicMoveNotSupportedException ex) {
			Files.move(made, this.file, StandardCopyOption.REPLACE_EXISTING);
		}
	}

}
