package dev.tallygate.keys.providerkey;

import dev.tallygate.keys.provider.OAuth;
import dev.tallygate.security.internal.UrlEncoded;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Turns codes into tokens and old tokens into new ones at a provider. Nothing that it
 * sends or gets is ever logged or told.
 */
@Component
class TokenEndpoint implements AutoCloseable {

	private static final JsonMapper JSON = new JsonMapper();

	private static final int MAX_ANSWER = 64 * 1024;

	private static final int MAX_TOKEN = 16 * 1024;

	private final HttpClient client;

	private final ConnectProperties limits;

	private final Clock clock;

	TokenEndpoint(ConnectProperties limits, Clock clock) {
		this.limits = limits;
		this.clock = clock;
		this.client = HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.connectTimeout(limits.timeout())
			.followRedirects(HttpClient.Redirect.NEVER)
			.build();
	}

	/** Tokens for a code; of the exchange kind a key without an end. */
	Answer exchange(OAuth provider, String code, String verifier) {
		return switch (provider.kind()) {
			case CODE -> ask(provider, Map.of("grant_type", "authorization_code", "code", code, "redirect_uri",
					provider.redirectUri().toString(), "code_verifier", verifier));
			case EXCHANGE -> answer(json(provider.tokenUri(),
					Map.of("code", code, "code_verifier", verifier, "code_challenge_method", "S256")));
		};
	}

	/** The next tokens. */
	Answer refresh(OAuth provider, String refreshToken) {
		return ask(provider, Map.of("grant_type", "refresh_token", "refresh_token", refreshToken));
	}

	/** Ends a token; what the provider says to it changes nothing. */
	void revoke(OAuth provider, String token) {
		if (provider.revocationUri() != null) {
			answer(form(provider, provider.revocationUri(), Map.of("token", token)));
		}
	}

	private Answer ask(OAuth provider, Map<String, String> form) {
		return answer(form(provider, provider.tokenUri(), form));
	}

	private HttpRequest form(OAuth provider, URI uri, Map<String, String> form) {
		Map<String, String> fields = new LinkedHashMap<>(form);
		HttpRequest.Builder request = HttpRequest.newBuilder(uri);
		if (provider.clientSecret() != null) {
			request.header("Authorization",
					provider.clientSecret()
						.useText((secret) -> "Basic " + Base64.getEncoder()
							.encodeToString((UrlEncoded.of(provider.clientId()) + ":" + UrlEncoded.of(secret))
								.getBytes(StandardCharsets.UTF_8))));
		}
		else {
			fields.put("client_id", provider.clientId());
		}
		return request.header("Content-Type", "application/x-www-form-urlencoded")
			.header("Accept", "application/json")
			.timeout(this.limits.timeout())
			.POST(HttpRequest.BodyPublishers.ofString(UrlEncoded.of(fields)))
			.build();
	}

	private HttpRequest json(URI uri, Map<String, String> body) {
		return HttpRequest.newBuilder(uri)
			.header("Content-Type", "application/json")
			.header("Accept", "application/json")
			.timeout(this.limits.timeout())
			.POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
			.build();
	}

	private Answer answer(HttpRequest request) {
		CompletableFuture<Answer> answer = this.client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream())
			.thenApply(this::read);
		try {
			return answer.get(this.limits.timeout().toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException | TimeoutException ex) {
			answer.cancel(true);
			return new Answer.Unreachable();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return new Answer.Unreachable();
		}
	}

	private Answer read(HttpResponse<InputStream> response) {
		try (InputStream body = response.body()) {
			int status = response.statusCode();
			if (status >= 500 || status == 429) {
				return new Answer.Unreachable();
			}
			byte[] bytes = body.readNBytes(MAX_ANSWER);
			return (status >= 200 && status < 300 && bytes.length > 0) ? tokens(JSON.readTree(bytes))
					: new Answer.Refused();
		}
		catch (IOException ex) {
			return new Answer.Unreachable();
		}
		catch (JacksonException ex) {
			return new Answer.Refused();
		}
	}

	private Answer tokens(JsonNode json) {
		String access = text(json, "access_token");
		String key = (access != null) ? access : text(json, "key");
		if (key == null) {
			return new Answer.Refused();
		}
		JsonNode seconds = json.path("expires_in");
		Instant end = (seconds.isNumber() && seconds.asLong() > 0) ? this.clock.instant().plusSeconds(seconds.asLong())
				: null;
		return new Answer.Granted(new Tokens(key, text(json, "refresh_token"), end));
	}

	/** Only what fits into a header. */
	private static @Nullable String text(JsonNode json, String member) {
		String text = json.path(member).asString("");
		boolean usable = !text.isEmpty() && text.length() <= MAX_TOKEN
				&& text.chars().allMatch((character) -> character > ' ' && character <= '~');
		return usable ? text : null;
	}

	@Override
	public void close() {
		this.client.shutdownNow();
	}

	/** What came of it. */
	sealed interface Answer {

		/**
		 * Here they are.
		 *
		 * @param tokens what the provider handed out
		 */
		record Granted(Tokens tokens) implements Answer {

		}

		/** The provider will not, now or later. */
		record Refused() implements Answer {

		}

		/** The provider could not be asked. */
		record Unreachable() implements Answer {

		}

	}

}
