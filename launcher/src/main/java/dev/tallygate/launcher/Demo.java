package dev.tallygate.launcher;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An ordinary user to try things with, made over REST as anyone else is.
 */
final class Demo {

	private static final JsonMapper JSON = JsonMapper.shared();

	private static final String SECRET = "TALLYGATE_DEMO_KEY";

	private static final String EMAIL = "demo@example.com";

	private static final Duration PATIENCE = Duration.ofSeconds(15);

	private final HttpClient http;

	private final String keysUrl;

	private final String adminKey;

	private final Secrets secrets;

	Demo(HttpClient http, String keysUrl, String adminKey, Secrets secrets) {
		this.http = http;
		this.keysUrl = keysUrl;
		this.adminKey = adminKey;
		this.secrets = secrets;
	}

	/** The key of the demo user, who is made when there is none yet. */
	String key() throws InterruptedException {
		String saved = this.secrets.find(SECRET);
		if (saved != null && send("GET", "/api/users/me", "", saved).statusCode() == 200) {
			return saved;
		}
		HttpResponse<String> created = send("POST", "/api/users",
				"{\"email\":\"" + EMAIL + "\",\"displayName\":\"Demo\"}", this.adminKey);
		String key = switch (created.statusCode()) {
			case 201 -> JSON.readTree(created.body()).at("/apiKey/secret").stringValue();
			case 409 -> anotherKey();
			case 401 -> throw new LaunchException(
					"key-service does not take the administrator's key. If TALLYGATE_ADMIN_KEY is set, set it as it was at the first start.");
			default -> throw unexpected("making the demo user", created);
		};
		this.secrets.put(SECRET, key);
		return key;
	}

	/** The user is there, the key is not: the person gets one more. */
	private String anotherKey() throws InterruptedException {
		String cursor = "";
		do {
			HttpResponse<String> users = send("GET", "/api/users?limit=100" + cursor, "", this.adminKey);
			JsonNode page = JSON.readTree(users.body());
			for (JsonNode user : page.path("data")) {
				if (EMAIL.equals(user.path("email").asString(""))) {
					return keyOf(user.path("id").stringValue());
				}
			}
			String next = page.path("nextCursor").asString("");
			cursor = next.isEmpty() ? "" : "&cursor=" + next;
		}
		while (!cursor.isEmpty());
		throw new LaunchException("There is a user " + EMAIL + " that cannot be found in the list of users.");
	}

	private String keyOf(String user) throws InterruptedException {
		HttpResponse<String> created = send("POST", "/api/users/" + user + "/keys",
				"{\"name\":\"quickstart-" + Instant.now().getEpochSecond() + "\"}", this.adminKey);
		if (created.statusCode() != 201) {
			throw unexpected("making a key for the demo user", created);
		}
		return JSON.readTree(created.body()).path("secret").stringValue();
	}

	private static LaunchException unexpected(String what, HttpResponse<String> answer) {
		return new LaunchException("key-service answered " + answer.statusCode() + " when " + what + ".");
	}

	private HttpResponse<String> send(String method, String path, String body, String key) throws InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create(this.keysUrl + path))
			.timeout(PATIENCE)
			.header("authorization", "Bearer " + key)
			.header("content-type", "application/json")
			.method(method,
					body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
			.build();
		try {
			return this.http.send(request, HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new LaunchException("key-service does not answer: " + ex.getMessage(), ex);
		}
	}

}
