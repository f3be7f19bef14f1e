package dev.tallygate.security.internal;

import dev.tallygate.security.secret.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks key-service, which alone knows every service's secret, whether a proof that was
 * presented here is right.
 */
final class RemoteProofCheck implements ProofCheck, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(RemoteProofCheck.class);

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private static final int OK = 200;

	private final ServiceClient client;

	private final URI uri;

	private final String authorization;

	private final Duration timeout;

	RemoteProofCheck(URI keysInternalUrl, ServiceCredentials credentials, ServiceClient client, Duration timeout) {
		this.client = client;
		this.uri = URI.create(keysInternalUrl.toString().replaceAll("/+$", "") + "/internal/services/verify");
		this.authorization = credentials.authorization();
		this.timeout = timeout;
	}

	@Override
	public Verdict check(PresentedCredential presented) {
		try {
			HttpResponse<byte[]> response = this.client.send(request(presented.service(), presented.secret()),
					HttpResponse.BodyHandlers.ofByteArray());
			if (response.statusCode() != OK) {
				logger.warn("key-service answered with status {} who calls", response.statusCode());
				return Verdict.UNDECIDED;
			}
			JsonNode valid = MAPPER.readTree(response.body()).path("valid");
			return valid.asBoolean(false) ? Verdict.RIGHT : Verdict.WRONG;
		}
		catch (IOException | JacksonException ex) {
			logger.warn("key-service could not be asked who calls: {}", ex.getClass().getSimpleName());
			return Verdict.UNDECIDED;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return Verdict.UNDECIDED;
		}
	}

	private HttpRequest request(String service, Secret proof) {
		byte[] body = proof.useText((text) -> MAPPER.writeValueAsBytes(Map.of("service", service, "proof", text)));
		return HttpRequest.newBuilder(this.uri)
			.timeout(this.timeout)
			.header("Authorization", this.authorization)
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofByteArray(body))
			.build();
	}

	@Override
	public void close() {
		this.client.close();
	}

}
