package dev.tallygate.metering;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * P6: the intake from Kafka into PostgreSQL against {@code COPY} of the same rows into a
 * table with the same partitions and indexes. Not run with the tests; see
 * {@code bench/p6-intake.sh}.
 */
class IntakeBench {

	private static final int EVENTS = Integer.getInteger("events", 400_000);

	private static final int USERS = 1000;

	/** Of a user. */
	private static final int KEYS = Integer.getInteger("keys", 2);

	private static final UUID NAMES = new UUID(0, 1);

	/**
	 * So many that the compiler is done: it took more of a shorter run than the intake.
	 */
	private static final int WARM_UP = 500_000;

	/** The machine may be busy with other things: the fastest of these counts. */
	private static final int COPIES = 3;

	@Test
	void compareIntakeWithCopy() throws Exception {
		try (MeteringService service = new MeteringService();
				Connection connection = service.database.dataSource().getConnection()) {
			Cpu cpu = Cpu.of(connection);
			publish(service, 0, WARM_UP);
			awaitAll(connection, WARM_UP);
			service.stopInstances();
			analyze(connection);
			publish(service, WARM_UP, EVENTS);
			Measured intake = intake(service, connection, cpu);
			double batch = service.bean(MeterRegistry.class).get("tallygate.intake.batch.size").summary().mean();
			service.stopInstances();
			Measured copy = copy(connection, cpu);
			System.out.printf("P6 events=%d users=%d batch=%.0f intake=%.0f events/s copy=%.0f rows/s ratio=%.0f %%%n",
					EVENTS, USERS, batch, intake.rate(), copy.rate(), 100 * intake.rate() / copy.rate());
			System.out.printf(
					"P6 CPU: intake %.1f µs/event in PostgreSQL, %.1f in the JVM (its broker included); "
							+ "COPY %.1f µs/row in PostgreSQL%n",
					intake.databaseMicros(), intake.jvmMicros(), copy.databaseMicros());
		}
	}

	private static void publish(MeteringService service, int before, int count) {
		int chunk = 20_000;
		for (int sent = 0; sent < count; sent += chunk) {
			service.publish(events(Math.min(chunk, count - sent), before + sent));
		}
	}

	/** As the server does by itself in a table's first minutes. */
	private static void analyze(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute("ANALYZE");
		}
	}

	/** Counted from the first moved position, so that the start of the service is not. */
	private static Measured intake(MeteringService service, Connection connection, Cpu cpu) throws Exception {
		service.startInstance();
		while (position(connection) == WARM_UP) {
			Thread.sleep(1);
		}
		long before = position(connection) - WARM_UP;
		Cpu.Used used = cpu.used();
		long start = System.nanoTime();
		awaitAll(connection, WARM_UP + EVENTS);
		return new Measured(EVENTS - before, System.nanoTime() - start, cpu.used().minus(used));
	}

	private static Measured copy(Connection connection, Cpu cpu) throws Exception {
		CopyManager copies = connection.unwrap(PGConnection.class).getCopyAPI();
		ByteArrayOutputStream rows = new ByteArrayOutputStream();
		copies.copyOut("COPY (SELECT * FROM ledger OFFSET " + WARM_UP + ") TO STDOUT (FORMAT binary)", rows);
		byte[] bytes = rows.toByteArray();
		Measured fastest = copy(connection, copies, bytes, cpu);
		for (int i = 1; i < COPIES; i++) {
			Measured copy = copy(connection, copies, bytes, cpu);
			fastest = (copy.rate() > fastest.rate()) ? copy : fastest;
		}
		return fastest;
	}

	private static Measured copy(Connection connection, CopyManager copies, byte[] rows, Cpu cpu) throws Exception {
		try (Statement statement = connection.createStatement()) {
			statement.execute("""
					DROP TABLE IF EXISTS twin;
					CREATE TABLE twin (LIKE ledger INCLUDING ALL) PARTITION BY RANGE (event_id);
					DO $$ DECLARE part record; BEGIN
						FOR part IN SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) AS bound FROM pg_inherits i
								JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'ledger'::regclass LOOP
							EXECUTE format('CREATE TABLE twin_%s PARTITION OF twin %s', part.relname, part.bound);
						END LOOP;
					END $$""");
		}
		Cpu.Used used = cpu.used();
		long start = System.nanoTime();
		long copied = copies.copyIn("COPY twin FROM STDIN (FORMAT binary)", new ByteArrayInputStream(rows));
		return new Measured(copied, System.nanoTime() - start, cpu.used().minus(used));
	}

	private static void awaitAll(Connection connection, long records) throws Exception {
		Instant end = Instant.now().plus(Duration.ofMinutes(5));
		while (position(connection) < records) {
			if (Instant.now().isAfter(end)) {
				throw new IllegalStateException("stuck at " + position(connection));
			}
			Thread.sleep(50);
		}
	}

	/** On a connection that stays: a new one costs as much as a hundred events. */
	private static long position(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet result = statement
					.executeQuery("SELECT coalesce(sum(next_offset), 0) FROM intake_position")) {
			result.next();
			return result.getLong(1);
		}
	}

	private static List<CloudEvent<?>> events(int count, int firstSeq) {
		Random random = new Random(firstSeq);
		List<Calls> keys = new ArrayList<>();
		for (int i = 0; i < USERS * KEYS; i++) {
			keys.add(Calls.aCall()
				.of(new UserId(UuidV7.derive(NAMES, "user " + i % USERS)))
				.with(new ApiKeyId(UuidV7.derive(NAMES, "key " + i)))
				.from("/gateway/bench/1"));
		}
		List<CloudEvent<?>> events = new ArrayList<>(count);
		for (int i = 0; i < count; i++) {
			Calls call = keys.get(random.nextInt(keys.size())).costing(random.nextLong(1_000_000));
			events.add(call.to("openai", "model-" + random.nextInt(4)).at(Instant.now()).settled(firstSeq + i + 1L));
		}
		return events;
	}

	private record Measured(long count, long nanos, Cpu.Used cpu) {

		double rate() {
			return this.count * 1e9 / this.nanos;
		}

		double databaseMicros() {
			return this.cpu.database().toNanos() / 1e3 / this.count;
		}

		double jvmMicros() {
			return this.cpu.jvm().toNanos() / 1e3 / this.count;
		}

	}

	/**
	 * User and system time as the operating system accounts it; of the database none when
	 * it runs in a container.
	 */
	private record Cpu(Optional<ProcessHandle> postmaster) {

		static Cpu of(Connection connection) throws SQLException {
			try (Statement statement = connection.createStatement();
					ResultSet result = statement.executeQuery("SELECT pg_backend_pid()")) {
				result.next();
				return new Cpu(ProcessHandle.of(result.getLong(1)).flatMap(ProcessHandle::parent));
			}
		}

		Used used() {
			Duration database = this.postmaster.stream()
				.flatMap(ProcessHandle::children)
				.map(Cpu::of)
				.reduce(Duration.ZERO, Duration::plus);
			return new Used(database, of(ProcessHandle.current()));
		}

		private static Duration of(ProcessHandle process) {
			return process.info().totalCpuDuration().orElse(Duration.ZERO);
		}

		record Used(Duration database, Duration jvm) {

			Used minus(Used before) {
				return new Used(this.database.minus(before.database()), this.jvm.minus(before.jvm()));
			}

		}

	}

}
