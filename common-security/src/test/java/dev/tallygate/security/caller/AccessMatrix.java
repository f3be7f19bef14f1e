package dev.tallygate.security.caller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.KeyType;
import dev.tallygate.events.UuidV7;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every endpoint of a service's own API document, called by everyone who may not. An
 * endpoint that the table says nothing of fails.
 */
public final class AccessMatrix {

	private static final JsonMapper JSON = JsonMapper.shared();

	/** Comes after everything that access is decided by, so it must not be looked at. */
	private static final String NO_JSON = "{not json";

	private final HttpClient client = HttpClient.newHttpClient();

	private final URI service;

	private final String member;

	private final String serviceSecret;

	private final Map<String, Access> rows = new TreeMap<>();

	private @Nullable String administrator;

	private @Nullable String restricted;

	private List<String> forRestricted = List.of();

	/** Who may call an endpoint. */
	public enum Access {

		/** Anyone with a key. */
		ANYONE,
		/** Anyone with a key, but what is named is there for its owner only. */
		OWN_OBJECT,
		/** The user in the path, and administrators. */
		OWNER,
		/** Administrators. */
		ADMIN

	}

	/**
	 * A service and two who want to have what is not theirs.
	 * @param service where its public port is
	 * @param member a key of a member
	 * @param serviceSecret the credential of another service
	 */
	public AccessMatrix(URI service, String member, String serviceSecret) {
		this.service = service;
		this.member = member;
		this.serviceSecret = serviceSecret;
	}

	/** Who may call these: each a method and a path as the document writes it. */
	public AccessMatrix allow(Access access, String... endpoints) {
		for (String endpoint : endpoints) {
			assertThat(this.rows.put(endpoint, access)).as(endpoint).isNull();
		}
		return this;
	}

	/**
	 * Calls those that name something as an administrator, too: for a service that knows
	 * whom and what there is.
	 * @param key of an administrator
	 */
	public AccessMatrix knowingWhatThereIs(String key) {
		this.administrator = key;
		return this;
	}

	/**
	 * Calls those that change something with a restricted key, too.
	 * @param key of an administrator, restricted in whatever way
	 * @param but which endpoints take it all the same
	 */
	public AccessMatrix refusingChangesBy(String key, String... but) {
		this.restricted = key;
		this.forRestricted = List.of(but);
		return this;
	}

	/** Calls all of them. */
	public void verify() {
		assertThat(documented()).as("endpoints of the API document").containsExactlyElementsOf(this.rows.keySet());
		this.rows.forEach((endpoint, access) -> {
			refusesNobodies(endpoint);
			refusesStrangers(endpoint, access);
			refusesRestricted(endpoint);
			if (endpoint.startsWith("P")) {
				missesWhatIsNotThere(endpoint, access);
			}
		});
	}

	/**
	 * Of those that take a body, whatever it is: that something is not there comes first.
	 */
	private void missesWhatIsNotThere(String endpoint, Access access) {
		String own = endpoint.replace("{user}", "me");
		if (access == Access.OWNER && own.contains("{")) {
			assertThat(send(own, UuidV7.next().toString(), NO_JSON, "Bearer " + this.member).statusCode()).as(own)
				.isIn(403, 404);
		}
		if (this.administrator != null && endpoint.contains("{")) {
			assertThat(send(endpoint, UuidV7.next().toString(), NO_JSON, "Bearer " + this.administrator).statusCode())
				.as("%s as an administrator", endpoint)
				.isEqualTo(404);
		}
	}

	private List<String> documented() {
		List<String> documented = new ArrayList<>();
		JsonNode paths = JSON.readTree(send("GET /v3/api-docs", "", null, null).body()).get("paths");
		for (String path : paths.propertyNames()) {
			for (String method : paths.get(path).propertyNames()) {
				documented.add(method.toUpperCase(Locale.ROOT) + ' ' + path);
			}
		}
		return documented.stream().sorted().toList();
	}

	private void refusesNobodies(String endpoint) {
		String constant = null;
		String basic = Base64.getEncoder()
			.encodeToString(("gateway:" + this.serviceSecret).getBytes(StandardCharsets.UTF_8));
		for (@Nullable
		String authorization : new @Nullable String[] { null, "Bearer nonsense", "Bearer tg_dev_nonsense",
				"Bearer " + ApiKeyFormat.generate(KeyType.PROD), "Bearer " + this.member.toLowerCase(Locale.ROOT),
				"Bearer " + this.serviceSecret, "Basic " + basic }) {
			HttpResponse<String> answer = send(endpoint, UUID.randomUUID().toString(), NO_JSON, authorization);
			assertThat(answer.statusCode()).as("%s with %s", endpoint, authorization).isEqualTo(401);
			constant = (constant != null) ? constant : answer.body();
			assertThat(answer.body()).as("%s with %s", endpoint, authorization).isEqualTo(constant);
		}
	}

	private void refusesStrangers(String endpoint, Access access) {
		HttpResponse<String> answer = send(endpoint, UUID.randomUUID().toString(), NO_JSON, "Bearer " + this.member);
		switch (access) {
			case OWNER -> {
				assertThat(answer.statusCode()).as(endpoint).isEqualTo(404);
				assertThat(send(endpoint, "no-id", NO_JSON, "Bearer " + this.member).body()).as(endpoint)
					.isEqualTo(answer.body());
			}
			case OWN_OBJECT -> assertThat(answer.statusCode()).as(endpoint).isEqualTo(404);
			case ADMIN -> assertThat(answer.statusCode()).as(endpoint).isEqualTo(403);
			case ANYONE -> assertThat(answer.statusCode()).as(endpoint).isIn(200, 400, 404);
		}
	}

	private void refusesRestricted(String endpoint) {
		if (this.restricted == null) {
			return;
		}
		HttpResponse<String> answer = send(endpoint.replace("{user}", "me"), UUID.randomUUID().toString(), NO_JSON,
				"Bearer " + this.restricted);
		if (endpoint.startsWith("GET ") || this.forRestricted.contains(endpoint)) {
			assertThat(answer.body()).as(endpoint).doesNotContain("key_restricted");
		}
		else {
			assertThat(answer.statusCode()).as(endpoint).isEqualTo(403);
			assertThat(answer.body()).as(endpoint).contains("\"code\":\"key_restricted\"");
		}
	}

	private HttpResponse<String> send(String endpoint, String id, @Nullable String body,
			@Nullable String authorization) {
		int space = endpoint.indexOf(' ');
		String method = endpoint.substring(0, space);
		String path = endpoint.substring(space + 1).replace("{user}", id).replaceAll("\\{\\w+}", id);
		HttpRequest.Builder request = HttpRequest.newBuilder(this.service.resolve(path))
			.header("Content-Type", "application/json")
			.method(method, (body == null || method.equals("GET")) ? HttpRequest.BodyPublishers.noBody()
					: HttpRequest.BodyPublishers.ofString(body));
		if (authorization != null) {
			request.header("Authorization", authorization);
		}
		try {
			return this.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
