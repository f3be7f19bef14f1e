package dev.tallygate.keys;

import dev.tallygate.events.KeyType;
import dev.tallygate.keys.KeyService.Person;
import dev.tallygate.security.ApiKeyFormat;
import dev.tallygate.security.CachedIntrospection;
import dev.tallygate.security.Introspection;
import dev.tallygate.security.IntrospectionOutcome.Active;
import dev.tallygate.security.IntrospectionProperties;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

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

	/** Takes turns, so that whatever else the machine does hits all alike. */
	@Test
	void saysNothingByItsDuration() {
		Person person = this.keys.member();
		String revoked = this.keys.member().key();
		this.keys.call("DELETE",
				"/api/users/me/keys/" + this.keys.get("/api/users/me/keys", revoked).json().at("/data/0/id").asString(),
				null, revoked);
		List<Samples> all = List.of(new Samples("unknown"), new Samples("prefix of a good key"),
				new Samples("revoked"));
		for (int i = 0; i < 2 * SAMPLES; i++) {
			boolean counts = i >= SAMPLES;
			all.get(0).time(this.lookup, ApiKeyFormat.generate(KeyType.DEV), counts);
			all.get(1).time(this.lookup, alike(person.key(), i), counts);
			all.get(2).time(this.lookup, revoked, counts);
		}
		for (int i = 0; i < 3; i++) {
			Samples one = all.get(i);
			Samples other = all.get((i + 1) % 3);
			System.out.printf(Locale.ROOT, "KEY %s (%.1f us) against %s (%.1f us): Welch's t = %.2f%n", one.name,
					one.mean() / 1000, other.name, other.mean() / 1000, one.welch(other));
		}
	}

	/** Well-formed, the same in its first 20 characters. */
	private static String alike(String key, int number) {
		String body = key.substring(0, 20) + ApiKeyFormat.generate(KeyType.DEV).substring(20, key.length() - 6);
		CRC32 crc = new CRC32();
		crc.update(body.getBytes(StandardCharsets.US_ASCII));
		long rest = crc.getValue();
		char[] check = new char[6];
		for (int i = check.length - 1; i >= 0; i--) {
			check[i] = BASE62.charAt((int) (rest % BASE62.length()));
			rest /= BASE62.length();
		}
		String alike = body + new String(check);
		if (number == 0) {
			require(ApiKeyFormat.isWellFormed(alike));
		}
		return alike;
	}

	/** Durations in nanoseconds. */
	private static final class Samples {

		private final String name;

		private final List<Long> nanos = new ArrayList<>();

		Samples(String name) {
			this.name = name;
		}

		void time(Introspection lookup, String token, boolean counts) {
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
