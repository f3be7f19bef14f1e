package dev.tallygate.keys;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.tallygate.keys.KeyService.Answer;
import dev.tallygate.keys.KeyService.Person;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Secrets are pushed through what succeeds and what fails while everything is logged at
 * TRACE, libraries included.
 */
class CanaryTests {

	private static final String PROVIDER_KEY = "sk-sim-Canary7XwV4nB9kL2mT6yR1pC8dF5gH3jS0a";

	private static final String REJECTED_KEY = "sk-sim-bad-Canary3hT8vN1cX6zQ9mW4rY7bK2pL5";

	private static final String MALFORMED_KEY = "Canary\\n9fJ2xD7sA4gH1kL6qW3eR8tY5uI0oP";

	private final KeyService keys = KeyService.shared();

	@Test
	void writesNoSecretIntoALogAtAnyLevel() {
		Person person = this.keys.member();
		Watch watch = new Watch(canaries(person));
		watch.start();
		try {
			drive(person);
		}
		finally {
			watch.stop();
		}
		assertThat(watch.lines).as("lines logged while everything was traced").isPositive();
		assertThat(watch.leaks).isEmpty();
	}

	@Test
	void tellsNoSecretInMetricsOrHealth() {
		Person person = this.keys.member();
		drive(person);
		int port = Integer.parseInt(this.keys.managementPort());
		for (String path : new String[] { "/actuator", "/actuator/prometheus", "/actuator/health", "/actuator/env",
				"/actuator/configprops", "/actuator/heapdump", "/actuator/threaddump", "/actuator/loggers" }) {
			Answer answer = KeyService.send(port, "GET", path, null, "application/json", null);
			assertThat(canaries(person).in(answer.body())).as(path).isEmpty();
		}
	}

	private void drive(Person person) {
		String provider = "/api/users/me/provider-keys/openai";
		save(provider, PROVIDER_KEY, person);
		save(provider, REJECTED_KEY, person);
		save(provider, MALFORMED_KEY, person);
		this.keys.call("PUT", provider, "{\"apiKey\":[\"" + PROVIDER_KEY + "\"]}", person.key());
		this.keys.call("PUT", provider, "{\"apiKey\":\"" + PROVIDER_KEY, person.key());
		this.keys.call("PUT", provider, "{\"" + PROVIDER_KEY + "\":1}", person.key());
		this.keys.call("POST", provider + "/validate", null, person.key());
		this.keys.get("/api/users/me/keys", person.key());
		this.keys.get("/api/users/me/keys", person.key() + "x");
		assertThat(this.keys.introspect(person.key()).status()).isEqualTo(200);
		this.keys.introspect(person.key() + "x");
		assertThat(this.keys.reveal(person.key(), "openai").body()).contains(PROVIDER_KEY);
		this.keys.reveal(person.key(), "anthropic");
		this.keys.internal("POST", "/internal/provider-keys/reveal", "{\"token\":\"" + person.key());
		this.keys.call("DELETE", provider, null, person.key());
	}

	private void save(String path, String key, Person person) {
		this.keys.call("PUT", path, "{\"apiKey\":\"" + key + "\"}", person.key());
	}

	/**
	 * What must appear nowhere: the secrets but for what is shown of them on purpose, the
	 * prefix of an API key and the ends of a provider key.
	 */
	private static Windows canaries(Person person) {
		Windows canaries = new Windows();
		canaries.add("API key", person.key().substring(12));
		canaries.add("provider key", masked(PROVIDER_KEY));
		canaries.add("rejected provider key", masked(REJECTED_KEY));
		canaries.add("malformed provider key", MALFORMED_KEY.substring(8));
		canaries.add("system key", masked(KeyService.SYSTEM_KEY));
		canaries.add("administrator's key", KeyService.ADMIN_KEY);
		canaries.add("gateway's secret", KeyService.GATEWAY_SECRET);
		canaries.add("metering's secret", KeyService.METERING_SECRET);
		canaries.addHex("master key", KeyService.MASTER_KEY.substring("k1:".length()));
		return canaries;
	}

	private static String masked(String key) {
		return key.substring(7, key.length() - 4);
	}

	@Test
	void wouldFindAnyEightCharactersInARowInWhateverForm() {
		Windows windows = new Windows();
		windows.add("secret", PROVIDER_KEY);
		windows.addHex("hex", KeyService.MASTER_KEY.substring(3));
		byte[] around = ("gateway:" + PROVIDER_KEY).getBytes(StandardCharsets.US_ASCII);
		for (int i = 0; i < 3; i++) {
			byte[] from = java.util.Arrays.copyOfRange(around, i, around.length);
			assertThat(windows.in(Base64.getEncoder().encodeToString(from))).contains("secret in Base64");
		}
		assertThat(windows.in("x" + PROVIDER_KEY.substring(20, 28) + "x")).containsExactly("secret");
		assertThat(windows.in(PROVIDER_KEY.substring(20, 27) + "x" + PROVIDER_KEY.substring(27))).hasSize(1);
		assertThat(windows.in(PROVIDER_KEY.substring(20, 27))).isEmpty();
		assertThat(windows.in(KeyService.MASTER_KEY.substring(30, 42))).containsExactly("hex");
		assertThat(windows.in(java.util.HexFormat.of().formatHex(around))).contains("secret in hex");
	}

	/**
	 * Looks at each line as it is logged; all of them together would be many megabytes.
	 */
	private static final class Watch extends AppenderBase<ILoggingEvent> {

		private final Windows canaries;

		private final Logger root;

		private final TreeSet<String> leaks = new TreeSet<>();

		private long lines;

		private Level before = Level.INFO;

		Watch(Windows canaries) {
			this.canaries = canaries;
			LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
			this.root = loggers.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
			setContext(loggers);
		}

		@Override
		public void start() {
			super.start();
			this.before = this.root.getLevel();
			this.root.addAppender(this);
			this.root.setLevel(Level.TRACE);
			// The console would drown, and slow everything down.
			this.root.iteratorForAppenders().forEachRemaining((appender) -> {
				if (appender != this && appender instanceof ch.qos.logback.core.ConsoleAppender<?>) {
					appender.stop();
				}
			});
		}

		@Override
		public void stop() {
			this.root.setLevel(this.before);
			this.root.detachAppender(this);
			this.root.iteratorForAppenders().forEachRemaining(ch.qos.logback.core.Appender::start);
			super.stop();
		}

		@Override
		protected void append(ILoggingEvent event) {
			this.lines++;
			String text = event.getFormattedMessage() + ((event.getThrowableProxy() != null)
					? ThrowableProxyUtil.asString(event.getThrowableProxy()) : "");
			this.canaries.in(text)
				.forEach((name) -> this.leaks.add(name + " by " + event.getLoggerName() + " at " + event.getLevel()));
		}

	}

}
