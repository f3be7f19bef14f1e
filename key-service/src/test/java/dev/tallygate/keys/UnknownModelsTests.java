package dev.tallygate.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.tallygate.keys.KeyService.Answer;
import dev.tallygate.keys.KeyService.Person;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * Whoever makes or changes a key is told which of its models nothing knows, as far as the
 * gateway says so in time.
 */
class UnknownModelsTests {

	private static final String MODELS = "\"allowedModels\":[\"gpt-4o\",\"gpt-9\",\"opnai:gpt-4o\",\"gtp-4*\"]";

	private static final String[] BY_PROVIDER = { "opnai:gpt-4o" };

	/** A gateway is waited for a second; a busy machine takes its time. */
	private static final Duration BOUNDED = Duration.ofSeconds(8);

	private static KeyService keys = KeyService.shared();

	private final Person person = keys.member();

	private final List<String> asked = new CopyOnWriteArrayList<>();

	@AfterEach
	void silence() {
		KeyService.gateway().answers(KeyService.SILENT);
	}

	@Test
	void areNamedWhenAKeyIsMadeAndWhenItIsChanged() {
		gatewaySays("{\"unknown\":[\"gpt-9\",\"gtp-4*\",\"not-asked-for\"],\"more\":1}");
		Answer made = make();
		assertThat(unknown(made)).containsExactly("gpt-9", "gtp-4*");
		assertThat(made.json().get("secret").asString()).startsWith("tg_dev_");
		Answer changed = change(made, "{" + MODELS + "}");
		assertThat(unknown(changed)).containsExactly("gpt-9", "gtp-4*");
		assertThat(changed.json().at("/allowedModels/1").asString()).isEqualTo("gpt-9");
		assertThat(changed.json().has("secret")).isFalse();
		assertThat(this.asked).hasSize(2)
			.containsOnly("POST /api/allowed-models Bearer " + this.person.key()
					+ " {\"allowedModels\":[\"gpt-4o\",\"gpt-9\",\"opnai:gpt-4o\",\"gtp-4*\"]}");
		assertThat(keys.get("/api/users/me/keys/" + idOf(made), this.person.key()).json().has("unknownModels"))
			.isFalse();
	}

	@Test
	void areLookedForWhereModelsAreGivenOnly() {
		gatewaySays("{\"unknown\":[]}");
		Answer made = make();
		assertThat(made.json().has("unknownModels")).isFalse();
		this.asked.clear();
		for (String change : List.of("{\"name\":\"n" + UUID.randomUUID() + "\"}", "{\"allowedModels\":null}",
				"{\"allowedModels\":[]}")) {
			assertThat(change(made, change).json().has("unknownModels")).as(change).isFalse();
		}
		keys.call("POST", "/api/users/me/keys", "{\"name\":\"all\"}", this.person.key());
		assertThat(
				keys.call("POST", "/api/users/me/keys", "{\"name\":\"all\"," + MODELS + "}", this.person.key()).code())
			.isEqualTo("name_taken");
		assertThat(this.asked).isEmpty();
	}

	/** The gateway asks here who calls, and others may want the same person's row. */
	@Test
	void areLookedForWhileNothingIsLocked() {
		KeyService.gateway().answers((exchange) -> {
			Answer meanwhile = keys.call("POST", "/api/users/me/keys", "{\"name\":\"m" + UUID.randomUUID() + "\"}",
					this.person.key());
			this.asked.add(String.valueOf(meanwhile.status()));
			this.asked.add(String.valueOf(keys.get("/api/users/me/keys", this.person.key()).json().get("data").size()));
			say(exchange, 200, "{\"unknown\":[\"gpt-9\"]}");
		});
		assertThat(unknown(make())).containsExactly("gpt-9");
		assertThat(this.asked).as("made meanwhile, beside the new one").containsExactly("201", "3");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			200 | nonsense
			200 | {}
			200 | null
			200 | {"unknown":null}
			200 | {"unknown":"gpt-9"}
			200 | {"unknown":[{"a":1}]}
			200 | <html></html>
			200 |
			204 |
			302 |
			400 | {"code":"invalid_request"}
			401 | {"code":"invalid_api_key"}
			404 | {"code":"not_found"}
			500 | {"code":"internal_error"}
			503 | {"code":"key_service_unavailable"}
			""")
	void areTheUnknownProvidersWhereTheGatewaySaysNothing(int status, @Nullable String body) {
		KeyService.gateway().answers((exchange) -> say(exchange, status, (body != null) ? body : ""));
		assertThat(unknown(make())).containsExactly(BY_PROVIDER);
	}

	@ParameterizedTest
	@ValueSource(strings = { "head", "body", "trickle", "flood" })
	void nobodyWaitsLongForAGatewayThatIsSlow(String where) {
		CountDownLatch end = new CountDownLatch(1);
		KeyService.gateway().answers((exchange) -> {
			if (where.equals("head")) {
				end.await();
				return;
			}
			exchange.sendResponseHeaders(200, 0);
			OutputStream out = exchange.getResponseBody();
			byte[] piece = (where.equals("flood") ? " ".repeat(64 * 1024) : "{").getBytes(StandardCharsets.US_ASCII);
			do {
				out.write(piece);
				out.flush();
				if (!where.equals("flood")) {
					Thread.sleep(100);
				}
			}
			while (end.getCount() > 0 && !where.equals("body"));
			end.await();
		});
		try {
			long began = System.nanoTime();
			Answer made = make();
			assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(BOUNDED);
			assertThat(unknown(made)).containsExactly(BY_PROVIDER);
			assertThat(keys.introspect(made.json().get("secret").asString()).json().get("active").asBoolean()).isTrue();
		}
		finally {
			end.countDown();
		}
	}

	private void gatewaySays(String answer) {
		KeyService.gateway().answers((exchange) -> {
			this.asked.add(exchange.getRequestMethod() + ' ' + exchange.getRequestURI() + ' '
					+ exchange.getRequestHeaders().getFirst("Authorization") + ' '
					+ new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
			say(exchange, 200, answer);
		});
	}

	private static void say(HttpExchange exchange, int status, String body) throws IOException {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().set("Content-Type", "application/json");
		exchange.getResponseHeaders().set("Location", "/elsewhere");
		exchange.sendResponseHeaders(status, (bytes.length > 0) ? bytes.length : -1);
		if (bytes.length > 0) {
			exchange.getResponseBody().write(bytes);
		}
	}

	private Answer make() {
		Answer made = keys.call("POST", "/api/users/me/keys",
				"{\"name\":\"k" + UUID.randomUUID() + "\"," + MODELS + "}", this.person.key());
		assertThat(made.status()).as(made.body()).isEqualTo(201);
		return made;
	}

	private Answer change(Answer key, String change) {
		Answer changed = keys.call("PATCH", "/api/users/me/keys/" + idOf(key), change, this.person.key());
		assertThat(changed.status()).as(changed.body()).isEqualTo(200);
		return changed;
	}

	private static String idOf(Answer key) {
		return key.json().get("id").asString();
	}

	private static List<String> unknown(Answer answer) {
		return answer.json().path("unknownModels").valueStream().map(JsonNode::asString).toList();
	}

}
