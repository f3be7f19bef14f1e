package dev.tallygate.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jwt.JWTClaimsSet;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Instant;
import java.util.Collections;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class OidcTests {

	private static KeyService keys = KeyService.shared();

	private static Issuer issuer = Issuer.shared();

	private final String subject = "subject-" + UUID.randomUUID();

	@Test
	void provisionsASubjectOnceHoweverManyAskAtTheSameTime() throws Exception {
		String token = issuer.token(this.subject);
		Set<String> users = new HashSet<>();
		try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
			Callable<String> ask = () -> userOf(token);
			for (Future<String> user : executor.invokeAll(Collections.nCopies(20, ask))) {
				users.add(user.get());
			}
		}
		assertThat(users).hasSize(1);
		assertThat(keys.get("/api/users/me", token).json().get("id").asString()).isIn(users);
		assertThat(names(token)).containsExactly("default");
	}

	@Test
	void neverBringsBackADefaultKeyThatWasRevoked() {
		String token = issuer.token(this.subject);
		JsonNode first = keys.get("/api/users/me/keys", token).json().at("/data/0");
		String id = first.get("id").asString();
		assertThat(keys.call("DELETE", "/api/users/me/keys/" + id, null, token).status()).isEqualTo(204);
		String later = issuer.token(this.subject);
		assertThat(userOf(later)).isEqualTo(userOf(token));
		JsonNode list = keys.get("/api/users/me/keys", later).json().get("data");
		assertThat(list.size()).isEqualTo(1);
		assertThat(list.get(0).get("id").asString()).isEqualTo(id);
		assertThat(list.get(0).get("revokedAt").isNull()).isFalse();
	}

	@Test
	void bringsNobodyBackWithATokenFromBeforeHeLeft() {
		String token = issuer.token(this.subject);
		assertThat(keys.call("DELETE", "/api/users/me", null, token).status()).isEqualTo(204);
		assertThat(keys.introspect(token).body()).isEqualTo("{\"active\":false}");
		assertThat(keys.get("/api/users/me", token).status()).isEqualTo(401);
	}

	@Test
	void joinsNobodyToAnAccountByEmail() {
		String email = UUID.randomUUID() + "@example.org";
		keys.call("POST", "/api/users", "{\"email\":\"" + email + "\",\"role\":\"admin\"}", KeyService.ADMIN_KEY);
		JWTClaimsSet claims = issuer.claims(this.subject).claim("email", email).claim("email_verified", true).build();
		String token = issuer.sign(claims, "one");
		JsonNode me = keys.get("/api/users/me", token).json();
		assertThat(me.get("role").asString()).isEqualTo("member");
		assertThat(me.get("email").asString()).isNotEqualTo(email);
	}

	@Test
	void tellsWhenATokenDies() {
		JWTClaimsSet claims = issuer.claims(this.subject).build();
		JsonNode answer = keys.introspect(issuer.sign(claims, "one")).json();
		assertThat(answer.get("exp").asLong()).isEqualTo(claims.getExpirationTime().toInstant().getEpochSecond());
		assertThat(answer.has("api_key_id")).isFalse();
	}

	@Test
	void believesNoTokenThatIsNotTheIssuersOrNotForUs() {
		Instant now = Instant.now();
		List<String> bad = List.of(issuer.unsigned(this.subject), issuer.forge(this.subject),
				issuer.confuse(this.subject), issuer.sign(issuer.claims(this.subject).build(), "two"),
				issuer.sign(issuer.claims(this.subject).audience("another").build(), "one"),
				issuer.sign(issuer.claims(this.subject).issuer("http://another.example").build(), "one"),
				issuer.sign(issuer.claims(this.subject)
					.issueTime(Date.from(now.minusSeconds(900)))
					.expirationTime(Date.from(now.minusSeconds(600)))
					.build(), "one"),
				issuer.sign(issuer.claims(this.subject).notBeforeTime(Date.from(now.plusSeconds(600))).build(), "one"),
				issuer.sign(issuer.claims(this.subject).expirationTime(null).build(), "one"),
				issuer.sign(issuer.claims("").build(), "one"),
				issuer.sign(issuer.claims("x".repeat(256)).build(), "one"), issuer.token(this.subject) + "A", "a.b.c");
		for (String token : bad) {
			assertThat(keys.introspect(token).body()).as(token).isEqualTo("{\"active\":false}");
			assertThat(keys.get("/api/users/me", token).status()).as(token).isEqualTo(401);
		}
	}

	@Test
	void believesNoTokenPastItsEnd() {
		Instant now = Instant.now();
		String late = issuer.sign(issuer.claims(this.subject)
			.issueTime(Date.from(now.minusSeconds(60)))
			.expirationTime(Date.from(now.minusSeconds(5)))
			.build(), "one");
		assertThat(keys.introspect(late).body()).isEqualTo("{\"active\":false}");
	}

	@Test
	void takesRoleAndTagsFromClaimsAndRevokesTheKeysOfWhoLeft() {
		try (KeyService other = KeyService.start("tallygate.oidc.issuer-uri=" + issuer.uri(),
				"tallygate.oidc.client-id=tallygate", "tallygate.oidc.role-claim=groups",
				"tallygate.oidc.admin-values=tallygate-admins", "tallygate.oidc.tags.team=department",
				"tallygate.oidc.leaver-after=30d", "tallygate.oidc.leaver-interval=200ms")) {
			Instant now = Instant.now();
			String member = claimed(now.minusSeconds(20), List.of("people"), "search");
			String admin = claimed(now.minusSeconds(10), List.of("people", "tallygate-admins"), "a,b");
			JsonNode first = other.introspect(member).json();
			assertThat(first.get("role").asString()).isEqualTo("member");
			assertThat(first.at("/tags/team").asString()).isEqualTo("search");
			JsonNode raised = other.introspect(admin).json();
			assertThat(raised.get("role").asString()).isEqualTo("admin");
			assertThat(raised.has("tags")).isFalse();
			// A token from before does not take it back.
			assertThat(other.introspect(member).json().get("role").asString()).isEqualTo("admin");
			String key = other.call("POST", "/api/users/me/keys", "{\"name\":\"mine\"}", admin)
				.json()
				.get("secret")
				.asString();
			assertThat(other.introspect(key).json().get("role").asString()).isEqualTo("admin");
			assertThat(other.get("/api/users/me/audit", admin).json().toString())
				.contains("\"old\":{\"role\":\"member\"}");
			other.database()
				.execute("UPDATE app_user SET last_seen_at = now() - interval '31 days' WHERE issuer IS NOT NULL");
			await().untilAsserted(() -> assertThat(other.introspect(key).body()).isEqualTo("{\"active\":false}"));
		}
	}

	/** Also where the newer one changed nothing. */
	@Test
	void aTokenFromBeforeTheNewestMakesNobodyAnAdministrator() {
		try (KeyService other = KeyService.start("tallygate.oidc.issuer-uri=" + issuer.uri(),
				"tallygate.oidc.client-id=tallygate", "tallygate.oidc.role-claim=groups",
				"tallygate.oidc.admin-values=tallygate-admins", "tallygate.oidc.tags.team=department")) {
			Instant now = Instant.now();
			String before = claimed(now.minusSeconds(20), List.of("people", "tallygate-admins"), "search");
			String since = claimed(now.minusSeconds(10), List.of("people"), "search");
			assertThat(other.introspect(since).json().get("role").asString()).isEqualTo("member");

			assertThat(other.introspect(before).json().get("role").asString()).isEqualTo("member");
		}
	}

	private String claimed(Instant issuedAt, List<String> groups, String department) {
		return issuer.sign(issuer.claims(this.subject)
			.issueTime(Date.from(issuedAt))
			.claim("groups", groups)
			.claim("department", department)
			.build(), "one");
	}

	@Test
	void asksToTryAgainWhileTheIssuerIsOutOfReachFromTheStart() throws Exception {
		try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
				KeyService other = KeyService.start("tallygate.oidc.read-timeout=500ms",
						"tallygate.oidc.issuer-uri=http://127.0.0.1:" + silent.getLocalPort())) {
			long begun = System.nanoTime();
			assertThat(other.introspect(issuer.token(this.subject)).status()).isEqualTo(503);
			assertThat(other.get("/api/users/me", issuer.token(this.subject)).status()).isEqualTo(503);
			assertThat(System.nanoTime() - begun).isLessThan(30_000_000_000L);
			assertThat(other.get("/api/users/me", KeyService.ADMIN_KEY).status()).isEqualTo(200);
		}
	}

	private static List<String> names(String token) {
		return keys.get("/api/users/me/keys", token).json().get("data").findValuesAsString("name");
	}

	private static String userOf(String token) {
		return keys.introspect(token).json().get("user_id").asString();
	}

}
