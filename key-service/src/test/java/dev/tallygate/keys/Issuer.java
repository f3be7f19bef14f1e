package dev.tallygate.keys;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import org.jspecify.annotations.Nullable;

/**
 * A small OIDC issuer: discovery, key set and tokens.
 */
final class Issuer {

	private static @Nullable Issuer shared;

	private final RSAKey key;

	private final String uri;

	private Issuer() throws IOException, JOSEException {
		this.key = new RSAKeyGenerator(2048).keyID("one").generate();
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.uri = "http://127.0.0.1:" + server.getAddress().getPort();
		serve(server, "/.well-known/openid-configuration",
				"{\"issuer\":\"" + this.uri + "\",\"jwks_uri\":\"" + this.uri + "/keys\"}");
		serve(server, "/keys", new JWKSet(this.key.toPublicJWK()).toString());
		server.start();
	}

	private static void serve(HttpServer server, String path, String json) {
		server.createContext(path, (exchange) -> {
			byte[] body = json.getBytes(StandardCharsets.UTF_8);
			exchange.getResponseHeaders().set("Content-Type", "application/json");
			exchange.sendResponseHeaders(200, body.length);
			exchange.getResponseBody().write(body);
			exchange.close();
		});
	}

	static synchronized Issuer shared() {
		if (shared == null) {
			try {
				shared = new Issuer();
			}
			catch (IOException | JOSEException ex) {
				throw new IllegalStateException(ex);
			}
		}
		return shared;
	}

	String uri() {
		return this.uri;
	}

	JWTClaimsSet.Builder claims(String subject) {
		Instant now = Instant.now();
		return new JWTClaimsSet.Builder().issuer(this.uri)
			.subject(subject)
			.audience("tallygate")
			.issueTime(Date.from(now))
			.expirationTime(Date.from(now.plusSeconds(300)));
	}

	String token(String subject) {
		return sign(claims(subject).build(), "one");
	}

	String sign(JWTClaimsSet claims, String keyId) {
		return sign(claims, new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(keyId).build(), this.key);
	}

	/** Signed by a key that the issuer does not have. */
	String forge(String subject) {
		try {
			return sign(claims(subject).build(), new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("one").build(),
					new RSAKeyGenerator(2048).generate());
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** "Signed" with the public key as a shared secret. */
	String confuse(String subject) {
		try {
			JWSSigner signer = new MACSigner(this.key.toRSAPublicKey().getEncoded());
			SignedJWT jwt = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("one").build(),
					claims(subject).build());
			jwt.sign(signer);
			return jwt.serialize();
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

	String unsigned(String subject) {
		return new PlainJWT(claims(subject).build()).serialize();
	}

	private static String sign(JWTClaimsSet claims, JWSHeader header, RSAKey key) {
		try {
			SignedJWT jwt = new SignedJWT(header, claims);
			jwt.sign(new RSASSASigner(key));
			return jwt.serialize();
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
