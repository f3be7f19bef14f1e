package dev.tallygate.keys;

import dev.tallygate.events.KeyType;
import dev.tallygate.keys.KeyService.Person;
import dev.tallygate.security.caller.ApiKeyFormat;
import dev.tallygate.security.caller.CachedIntrospection;
import dev.tallygate.security.caller.Introspection;
import dev.tallygate.security.caller.IntrospectionOutcome.Active;
import dev.tallygate.security.caller.IntrospectionProperties;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What a key check costs, and whether its duration tells good guesses from bad ones. See
 * {@code bench/README.md}.
 */
class KeyCheckBench {

	private static final int SAMPLES = Integer.getInteger("samples", 20_000);

	private static final String BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

	private final KeyService keys = KeyService.shared();

	private final Introspection lookup = this.keys.bean(Introspection.class);

	@Test
	void costsOfACheck() {
		Person person = this.keys.member();
		CachedIntrospection cache = new CachedIntrospection(this.lookup, IntrospectionProperties.defaults());
		report("cached", 2_000_000, (token) -> require(cache.introspect(token) instanceof Active), person.key());
		report("not cached, at key-service", SAMPLES,
				(token) -> require(this.lookup.introspect(token) instanceof Active), person.key());
		report("malformed", 2_000_000, (token) -> require(!(cache.introspect(token) instanceof Active)),
				person.key() + "x");
	}

	private static void report(String what, int times, Consumer<String> check, String token) {
		var threads = ManagementFactory.getThreadMXBean();
		for (int i = 0; i < times; i++) {
			check.accept(token);
		}
		long begun = threads.getCurrentThreadCpuTime();
		for (int i = 0; i < times; i++) {
			check.accept(token);
		}
		double micros = (threads.getCurrentThreadCpuTime() - begun) / 1000.0 / times;
		System.out.printf(Locale.ROOT, "KEY %s: %.2f us of CPU a check%n", what, micros);
	}

	private static void require(boolean condition) {
		if (!condition) {
			throw new IllegalStateException("the check went wrong");
		}
	}

	/**
	 * In turns and in an order drawn anew each time, so that whatever else the machine
	 * does hits all alike. Every token is looked up once before, and once more to be
	 * timed.
	 */
	@Test
	void saysNothingByItsDuration() {
		List<Samples> all = List.of(new Samples("unknown", tokens("")),
				new Samples("prefix of a good key", alike(this.keys.member().key())),
				new Samples("revoked", tokens("revoked")), new Samples("replaced", tokens("replaced")),
				new Samples("expired", tokens("expired")));
		this.keys.database().execute("ANALYZE");
		List<Samples> turns = new ArrayList<>(all);
		Random random = new Random(1);
		for (int i = 0; i < 2 * SAMPLES; i++) {
			Collections.shuffle(turns, random);
			for (Samples each : turns) {
				each.time(this.lookup, i % SAMPLES, i >= SAMPLES);
			}
		}
		Samples unknown = all.getFirst();
		for (Samples each : all.subList(1, all.size())) {
			System.out.printf(Locale.ROOT, "KEY %s (%.2f us) against %s (%.2f us): Welch's t = %.2f%n", each.name,
					each.mean() / 1000, unknown.name, unknown.mean() / 1000, each.welch(unknown));
		}
	}

	/** Tokens whose keys were good once; of nobody where no end is named. */
	private List<String> tokens(String end) {
		List<String> tokens = Stream.generate(() -> ApiKeyFormat.generate(KeyType.DEV)).limit(SAMPLES).toList();
		if (end.isEmpty()) {
			return tokens;
		}
		UUID user = UUID.fromString(this.keys.member().id());
		JdbcClient jdbc = this.keys.bean(JdbcClient.class);
		jdbc.sql("""
				WITH token AS (SELECT gen_random_uuid() AS id, t AS text FROM unnest(?) t),
				key AS (INSERT INTO api_key (id, user_id, name, key_type, key_prefix, created_at, version)
				    SELECT id, ?, id, 'dev', left(text, 12), now(), 1 FROM token)
				INSERT INTO api_key_secret (hash, key_id) SELECT sha256(text::bytea), id FROM token""")
			.params(tokens.toArray(String[]::new), user)
			.update();
		String ended = switch (end) {
			case "revoked" -> "UPDATE api_key SET revoked_at = now() WHERE user_id = ?";
			case "expired" -> "UPDATE api_key SET expires_at = now() - interval '1 minute' WHERE user_id = ?";
			default -> """
					UPDATE api_key_secret SET dies_at = now() - interval '1 minute'
					WHERE key_id IN (SELECT id FROM api_key WHERE user_id = ?)""";
		};
		require(jdbc.sql(ended).param(user).update() >= SAMPLES);
		if (end.equals("revoked")) {
			jdbc.sql("DELETE FROM api_key_secret WHERE key_id IN (SELECT id FROM api_key WHERE user_id = ?)")
				.param(user)
				.update();
		}
		return tokens;
	}

	/** Well-formed, the same in their first 20 characters. */
	private static List<String> alike(String key) {
		List<String> tokens = Stream.generate(() -> alikeOne(key)).limit(SAMPLES).toList();
		require(tokens.stream().allMatch(ApiKeyFormat::isWellFormed));
		return tokens;
	}

	private static String alikeOne(String key) {
		String body = key.substring(0, 20) + ApiKeyFormat.generate(KeyType.DEV).substring(20, key.length() - 6);
		CRC32 crc = new CRC32();
		crc.update(body.getBytes(StandardCharsets.US_ASCII));
		long rest = crc.getValue();
		char[] check = new char[6];
		for (int i = check.length - 1; i >= 0; i--) {
			check[i] = BASE62.charAt((int) (rest % BASE62.length()));
			rest /= BASE62.length();
		}
		return body + new String(check);
	}

	/** Durations in nanoseconds. */
	private static final class Samples {

		private final String name;

		private final List<Long> nanos = new ArrayList<>();

		private final List<String> tokens;

		Samples(String name, List<String> tokens) {
			this.name = name;
			this.tokens = tokens;
		}

		void time(Introspection lookup, int number, boolean counts) {
			String token = this.tokens.get(number);
			long begun = System.nanoTime();
			boolean active = lookup.introspect(token) instanceof Active;
			long end = System.nanoTime();
			require(!active);
			if (counts) {
				this.nanos.add(end - begun);
			}
		}

		/** Without the slowest twentieth, which is what else the machine does. */
		private double[] kept() {
			return this.nanos.stream()
				.mapToDouble(Long::doubleValue)
				.sorted()
				.limit(this.nanos.size() * 19L / 20)
				.toArray();
		}

		double mean() {
			return java.util.Arrays.stream(kept()).average().orElseThrow();
		}

		private double variance() {
			double mean = mean();
			return java.util.Arrays.stream(kept()).map((value) -> (value - mean) * (value - mean)).sum()
					/ (kept().length - 1);
		}

		double welch(Samples other) {
			return (mean() - other.mean())
					/ Math.sqrt(variance() / kept().length + other.variance() / other.kept().length);
		}

	}

}
