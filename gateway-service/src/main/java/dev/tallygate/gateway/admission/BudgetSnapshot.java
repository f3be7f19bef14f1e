package dev.tallygate.gateway.admission;

import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.UndecodableEventException;
import dev.tallygate.events.UuidV7;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last known statuses in a file, an event a line, so that a gateway can start while
 * Kafka is away.
 */
final class BudgetSnapshot {

	private static final Logger log = LoggerFactory.getLogger(BudgetSnapshot.class);

	private final Path file;

	private final Admission admission;

	private final Clock clock;

	private List<BudgetStatus> written = List.of();

	BudgetSnapshot(Path file, Admission admission, Clock clock) {
		this.file = file;
		this.admission = admission;
		this.clock = clock;
	}

	/**
	 * Takes the statuses from the file.
	 * @return whether there was one
	 */
	boolean load() {
		if (!Files.exists(this.file)) {
			return false;
		}
		int taken = 0;
		try {
			for (String line : Files.readAllLines(this.file)) {
				taken += take(line) ? 1 : 0;
			}
		}
		catch (IOException ex) {
			log.warn("The snapshot of budgets {} cannot be read: {}", this.file, ex.toString());
			return false;
		}
		log.info("{} budget statuses taken from {}", taken, this.file);
		return true;
	}

	private boolean take(String line) {
		try {
			if (EventCodec.decode(line.getBytes(StandardCharsets.UTF_8)).data() instanceof BudgetStatus status) {
				this.admission.update(status, -1);
				return true;
			}
		}
		catch (UndecodableEventException ex) {
			log.warn("A line of the snapshot of budgets is left out: {}", ex.getMessage());
		}
		return false;
	}

	/** Writes what is known now, if that is anything new. */
	synchronized void save() throws IOException {
		long counted = this.admission.countedUpTo();
		List<BudgetStatus> statuses = this.admission.statuses();
		if (!statuses.equals(this.written)) {
			write(statuses);
			this.written = statuses;
		}
		this.admission.safelyCountedUpTo(counted);
	}

	private void write(List<BudgetStatus> statuses) throws IOException {
		Path draft = this.file.resolveSibling(this.file.getFileName() + ".draft");
		try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(draft))) {
			for (BudgetStatus status : statuses) {
				out.write(EventCodec.encode(CloudEvent.of(UuidV7.next(), "/snapshot", this.clock.instant(), status)));
				out.write('\n');
			}
		}
		Files.move(draft, this.file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
	}

}
