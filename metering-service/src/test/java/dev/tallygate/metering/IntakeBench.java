package dev.tallygate.metering;

import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * P6: the intake from Kafka into PostgreSQL against {@code COPY} of the same rows into a
 * table with the same partitions and indexes. Not run with the tests; see
 * {@code bench/p6-intake.sh}.
 */
class IntakeBench {

	private static final int EVENTS = Integer.getInteger("events", 200_000);

	private static final int USERS = 1000;

	private static final int WARM_UP = 50_000;

	@Test
	void compareIntakeWithCopy() throws Exception {
		try (MeteringService service = new MeteringService()) {
			service.publish(events(WARM_UP, 0));
			awaitAll(service, WARM_UP);
			service.stopInstances();
			publish(service);
			double intake = intake(service);
			double copy = copy(service);
			System.out.printf("P6 events=%d users=%d intake=%.0f events/s copy=%.0f rows/s ratio=%.0f %%%n", EVENTS,
					USERS, intake, copy, 100 * intake / copy);
		}
	}

	private static void publish(MeteringService service) {
		int chunk = 20_000;
		for (int sent = 0; sent < EVENTS; sent += chunk) {
			service.publish(events(Math.min(chunk, EVENTS - sent), WARM_UP + sent));
		}
	}

	/** Counted from the first moved position, so that the start of the service is not. */
	private static double intake(MeteringService service) throws InterruptedException {
		service.startInstance();
		while (service.position() == WARM_UP) {
			Thread.sleep(1);
		}
		long before = service.position() - WARM_UP;
		long start = System.nanoTime();
		awaitAll(service, WARM_UP + EVENTS);
		return (EVENTS - before) / seconds(start);
	}

	private static double copy(MeteringService service) throws Exception {
		service.stopInstances();
		service.database.execute("""
				CREATE TABLE twin (LIKE ledger INCLUDING ALL) PARTITION BY RANGE (event_id);
				DO $$ DECLARE part record; BEGIN
					FOR part IN SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) AS bound FROM pg_inherits i
							JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'ledger'::regclass LOOP
						EXECUTE format('CREATE TABLE twin_%s PARTITION OF twin %s', part.relname, part.bound);
					END LOOP;
				END $$""");
		try (Connection connection = service.database.dataSource().getConnection()) {
			CopyManager copies = connection.unwrap(PGConnection.class).getCopyAPI();
			ByteArrayOutputStream rows = new ByteArrayOutputStream();
			copies.copyOut("COPY (SELECT * FROM ledger OFFSET " + WARM_UP + ") TO STDOUT (FORMAT binary)", rows);
			long start = System.nanoTime();
			long copied = copies.copyIn("COPY twin FROM STDIN (FORMAT binary)",
					new ByteArrayInputStream(rows.toByteArray()));
			return copied / seconds(start);
		}
	}

	private static void awaitAll(MeteringService service, long records) throws InterruptedException {
		Instant end = Instant.now().plus(Duration.ofMinutes(5));
		while (service.position() < records) {
			if (Instant.now().isAfter(end)) {
				throw new IllegalStateException("stuck at " + service.position());
			}
			Thread.sleep(5);
		}
	}

	private static double seconds(long start) {
		return (System.nanoTime() - start) / 1e9;
	}

	private static List<CloudEvent<?>> events(int count, int firstSeq) {
		Random random = new Random(firstSeq);
		List<Calls> users = new ArrayList<>();
		for (int i = 0; i < USERS; i++) {
			users.add(Calls.aCall()
				.of(new UserId(UuidV7.derive(new java.util.UUID(0, 1), "user " + i)))
				.from("/gateway/bench/1"));
		}
		List<CloudEvent<?>> events = new ArrayList<>(count);
		for (int i = 0; i < count; i++) {
			Calls call = users.get(random.nextInt(USERS)).costing(random.nextLong(1_000_000));
			events.add(call.to("openai", "model-" + random.nextInt(4)).at(Instant.now()).settled(firstSeq + i + 1L));
		}
		return events;
	}

}
