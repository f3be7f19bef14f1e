package dev.tallygate.metering.rerating;

import dev.tallygate.pricing.PriceRowJson;
import dev.tallygate.security.problem.ErrorCode;
import dev.tallygate.security.problem.ProblemException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The gateway's price table, asked for with the administrator's own key.
 */
@Component
class PriceSource {

	private static final Set<String> NO_NAMES = Set.of("", ".", "..");

	private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	private static final JsonMapper MAPPER = JsonMapper.builder()
		.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
		.build();

	private final HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();

	private final URI gateway;

	/** Inside the network the gateway may answer elsewhere than outside. */
	PriceSource(@Value("${tallygate.gateway.internal-url:${tallygate.url:http://localhost:8080}}") URI gateway) {
		this.gateway = gateway;
	}

	/**
	 * The prices of a model at one provider. A bare name that several providers have a
	 * price for is that of the one that was called.
	 * @param authorization the caller's own header
	 * @param called tells which of these providers were called for a model
	 * @throws ProblemException when the model has none or those of several, or the
	 * gateway does not answer
	 */
	Priced of(String model, String authorization, Function<String, List<String>> called) {
		Prices prices = ask(model, authorization);
		List<String> providers = prices.rows().stream().map(PriceRowJson::provider).distinct().toList();
		if (providers.size() > 1) {
			List<String> meant = called.apply(model).stream().filter(providers::contains).toList();
			if (meant.size() > 1) {
				throw ProblemException.invalidField("model",
						"must name one provider, as in %s:%s: calls of it went to %s".formatted(meant.getFirst(), model,
								String.join(" and ", meant)));
			}
			prices = prices.of(meant.isEmpty() ? providers.getFirst() : meant.getFirst());
		}
		return priced(model, prices);
	}

	private static Priced priced(String model, Prices prices) {
		PriceRowJson row = prices.rows().getFirst();
		if (row.model().equals(model)) {
			return new Priced(row.provider(), model, prices);
		}
		int colon = model.indexOf(':');
		int slash = model.indexOf('/');
		int end = (colon < 0) ? slash : (slash < 0) ? colon : Math.min(colon, slash);
		if (end < 1) {
			return new Priced(row.provider(), row.model(), prices);
		}
		return new Priced(model.substring(0, end), model.substring(end + 1), prices);
	}

	/**
	 * The same with the prices of other models of the provider that took part in calls.
	 * One that has no price is left out.
	 */
	Priced with(Priced priced, List<String> others, String authorization) {
		List<PriceRowJson> rows = new ArrayList<>(priced.prices().rows());
		for (String other : others) {
			Prices found = asked(priced.provider() + ':' + other, authorization);
			if (found != null) {
				found.rows().stream().filter((row) -> row.model().equals(other)).forEach(rows::add);
			}
		}
		return new Priced(priced.provider(), priced.model(), new Prices(priced.prices().version(), List.copyOf(rows)));
	}

	private Prices ask(String model, String authorization) {
		Prices prices = asked(model, authorization);
		if (prices == null) {
			throw new ProblemException(HttpStatus.NOT_FOUND, ErrorCode.MODEL_NOT_FOUND,
					"No price is known for this model. GET /api/prices of the gateway lists all of them.");
		}
		return prices;
	}

	private @Nullable Prices asked(String model, String authorization) {
		if (Stream.of(model.split("/", -1)).anyMatch(NO_NAMES::contains)) {
			// No model has such a name, and as a path it would be another one.
			return null;
		}
		// A slash stays one: containers refuse it encoded.
		String path = "/api/prices/"
				+ URLEncoder.encode(model, StandardCharsets.UTF_8).replace("+", "%20").replace("%2F", "/");
		HttpRequest request = HttpRequest.newBuilder(URI.create(this.gateway + path))
			.timeout(TIMEOUT)
			.header("Authorization", authorization)
			.build();
		try {
			HttpResponse<byte[]> response = this.client.send(request, HttpResponse.BodyHandlers.ofByteArray());
			return switch (response.statusCode()) {
				case 200 -> MAPPER.readValue(response.body(), Prices.class);
				case 404 -> null;
				// A name that no URL can have is no model's either.
				case 400 -> null;
				default -> throw unavailable();
			};
		}
		catch (IOException | JacksonException ex) {
			throw unavailable();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw unavailable();
		}
	}

	private static ProblemException unavailable() {
		return new ProblemException(HttpStatus.SERVICE_UNAVAILABLE, "prices_unavailable",
				"The gateway does not tell its prices at the moment. Try again in a few seconds.");
	}

	/**
	 * A model and what it costs.
	 *
	 * @param provider as the ledger names it
	 * @param model as the ledger names it
	 * @param prices its prices
	 */
	record Priced(String provider, String model, Prices prices) {

	}

}
