package dev.tallygate.gateway.admission;

import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.UndecodableEventException;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last known statuses in a file, an event a line, so that a gateway can start while
 * Kafka is away. What changed is appended, so that a save costs what changed and not what
 * there is; of several lines of a user the last one counts. The file is written anew when
 * more than half of it is out of date, and when a user was forgotten.
 */
final class BudgetSnapshot {

	private static final Logger log = LoggerFactory.getLogger(BudgetSnapshot.class);

	/** Not worth writing anything anew for. */
	private static final int FEW_LINES = 1000;

	private final Path file;

	private final Admission admission;

	private final Clock clock;

	/** Whether the file, as this process wrote it, has all that was known then. */
	private boolean whole;

	private long lines;

	private long linesWhenNew;

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
		try (BufferedReader reader = Files.newBufferedReader(this.file)) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				taken += take(line) ? 1 : 0;
			}
		}
		catch (IOException ex) {
			log.warn("The snapshot of budgets {} cannot be read: {}", this.file, ex.toString());
			return false;
		}
		log.info("{} lines of budget statuses taken from {}", taken, this.file);
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

	/** Writes what is known now, as far as it is new. */
	synchronized void save() throws IOException {
		long counted = this.admission.countedUpTo();
		Set<UserId> changed = this.admission.takeChanged();
		if (!this.whole || !changed.isEmpty()) {
			save(changed);
		}
		this.admission.safelyCountedUpTo(counted);
	}

	private void save(Set<UserId> changed) throws IOException {
		List<BudgetStatus> news = new ArrayList<>(changed.size());
		for (UserId user : changed) {
			BudgetStatus status = this.admission.status(user);
			if (status != null) {
				news.add(status);
			}
		}
		boolean forgotten = news.size() < changed.size();
		boolean outdated = this.lines + news.size() > 2 * this.linesWhenNew + FEW_LINES;
		boolean append = this.whole && !forgotten && !outdated && Files.exists(this.file);
		// What a failed write leaves behind is not to be built on.
		this.whole = false;
		if (append) {
			write(this.file, news, StandardOpenOption.APPEND);
			this.lines += news.size();
		}
		else {
			writeAnew(this.admission.statuses());
		}
		this.whole = true;
	}

	private void writeAnew(List<BudgetStatus> statuses) throws IOException {
		if (!statuses.isEmpty() || Files.exists(this.file)) {
			Path draft = this.file.resolveSibling(this.file.getFileName() + ".draft");
			write(draft, statuses, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
					StandardOpenOption.TRUNCATE_EXISTING);
			Files.move(draft, this.file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		}
		this.lines = statuses.size();
		this.linesWhenNew = this.lines;
	}

	private void write(Path path, List<BudgetStatus> statuses, OpenOption... how) throws IOException {
		try (FileChannel channel = FileChannel.open(path, how);
				OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel))) {
			for (BudgetStatus status : statuses) {
				out.write(EventCodec.encode(CloudEvent.of(UuidV7.next(), "/snapshot", this.clock.instant(), status)));
				out.write('\n');
			}
			out.flush();
			channel.force(false);
		}
	}

}
