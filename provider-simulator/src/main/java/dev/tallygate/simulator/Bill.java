package dev.tallygate.simulator;

import dev.tallygate.simulator.call.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * What the simulator billed, and what it is busy with. A call is billed as soon as some
 * of its answer was generated, for the tokens generated until it ended.
 */
public final class Bill {

	private final int capacity;

	private final @Nullable Path file;

	private final ArrayDeque<Held> rows = new ArrayDeque<>();

	private final Set<OpenCall> open = new LinkedHashSet<>();

	private @Nullable OutputStream out;

	private Totals totals = Totals.NOTHING;

	private long seq;

	/**
	 * A row as it is kept, as JSON: as objects, a hundred thousand of them fill the heap.
	 */
	private static final class Held {

		private final long seq;

		private final byte[] json;

		Held(long seq, byte[] json) {
			this.seq = seq;
			this.json = json;
		}

		static Held of(BillRow row) {
			return new Held(row.seq(), Json.MAPPER.writeValueAsBytes(row));
		}

		BillRow row() {
			return Json.MAPPER.readValue(this.json, BillRow.class);
		}

	}

	private Bill(@Nullable Path file, int capacity) {
		this.file = file;
		this.capacity = capacity;
	}

	static Bill open(@Nullable Path file, int capacity) throws IOException {
		Bill bill = new Bill(file, capacity);
		if (file != null) {
			bill.load(file);
			bill.out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
		}
		return bill;
	}

	private synchronized void load(Path file) throws IOException {
		if (!Files.exists(file)) {
			return;
		}
		try (var lines = Files.lines(file)) {
			lines.forEach(this::loadLine);
		}
	}

	/** A line cut short by a kill is the last one; what it would have said is lost. */
	private synchronized void loadLine(String line) {
		try {
			BillRow row = Json.MAPPER.readValue(line, BillRow.class);
			this.seq = Math.max(this.seq, row.seq());
			keep(row, new Held(row.seq(), line.getBytes(StandardCharsets.UTF_8)));
		}
		catch (JacksonException ex) {
			System.err.println("The bill has an unreadable line of " + line.length() + " characters");
		}
	}

	/**
	 * The rows that a test asks for, oldest first.
	 */
	public List<BillRow> rows(Predicate<BillRow> wanted) {
		return rows(0, wanted, Integer.MAX_VALUE);
	}

	/** The oldest of them after {@code since}, at most so many. */
	List<BillRow> rows(long since, Predicate<BillRow> wanted, int most) {
		return held().stream().filter((held) -> held.seq > since).map(Held::row).filter(wanted).limit(most).toList();
	}

	private synchronized List<Held> held() {
		return List.copyOf(this.rows);
	}

	/** Every billed row, oldest first. */
	public List<BillRow> billed() {
		return rows(BillRow::billed);
	}

	/** The sums over everything, rows no longer held included. */
	public synchronized Totals totals() {
		return this.totals;
	}

	/** What is being answered now. */
	public synchronized List<OpenCall.View> open() {
		return this.open.stream().map(OpenCall::view).toList();
	}

	/** Forgets every row and total; calls that are open will still be billed. */
	public synchronized void clear() {
		this.rows.clear();
		this.totals = Totals.NOTHING;
		if (this.file == null || this.out == null) {
			return;
		}
		try {
			this.out.close();
			this.out = Files.newOutputStream(this.file, StandardOpenOption.CREATE,
					StandardOpenOption.TRUNCATE_EXISTING);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	synchronized void opened(OpenCall call) {
		this.open.add(call);
	}

	synchronized void closed(OpenCall call, BillRow.Outcome outcome, int httpStatus) {
		if (!this.open.remove(call)) {
			return;
		}
		BillRow row = call.row(++this.seq, outcome, httpStatus, Instant.now());
		Held held = Held.of(row);
		keep(row, held);
		if (this.out != null) {
			write(this.out, held);
		}
	}

	private void keep(BillRow row, Held held) {
		if (this.rows.size() >= this.capacity) {
			this.rows.removeFirst();
		}
		this.rows.addLast(held);
		this.totals = this.totals.plus(row);
	}

	private static void write(OutputStream out, Held held) {
		try {
			byte[] line = Arrays.copyOf(held.json, held.json.length + 1);
			line[held.json.length] = '\n';
			out.write(line);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The bill cannot be written", ex);
		}
	}

	synchronized void close() {
		List<OpenCall> left = new ArrayList<>(this.open);
		left.forEach((call) -> closed(call, BillRow.Outcome.FAULTED, 0));
		try {
			if (this.out != null) {
				this.out.close();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.out = null;
	}

	/**
	 * Sums over calls.
	 *
	 * @param calls how many calls came
	 * @param billed how many of them were billed
	 * @param completed how many were answered in full
	 * @param aborted how many were left by the caller
	 * @param faulted how many were broken as told
	 * @param refused how many got an error
	 */
	public record Totals(long calls, long billed, long completed, long aborted, long faulted, long refused,
			long inputTokens, long cachedInputTokens, long outputTokens) {

		static final Totals NOTHING = new Totals(0, 0, 0, 0, 0, 0, 0, 0, 0);

		Totals plus(BillRow row) {
			return new Totals(this.calls + 1, this.billed + (row.billed() ? 1 : 0),
					this.completed + count(row, BillRow.Outcome.COMPLETED),
					this.aborted + count(row, BillRow.Outcome.ABORTED),
					this.faulted + count(row, BillRow.Outcome.FAULTED),
					this.refused + count(row, BillRow.Outcome.REFUSED), this.inputTokens + row.inputTokens(),
					this.cachedInputTokens + row.cachedInputTokens(), this.outputTokens + row.outputTokens());
		}

		private static int count(BillRow row, BillRow.Outcome outcome) {
			return (row.outcome() == outcome) ? 1 : 0;
		}

	}

}
