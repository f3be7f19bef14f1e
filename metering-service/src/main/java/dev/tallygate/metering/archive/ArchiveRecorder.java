package dev.tallygate.metering.archive;

import dev.tallygate.security.internal.ServiceAnswer;
import dev.tallygate.security.internal.ServiceClient;
import dev.tallygate.security.internal.ServiceClients;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Tells the audit chain, which is key-service's, of a file and its sum. The same archive
 * again is one entry.
 */
@Component
class ArchiveRecorder {

	private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

	private static final int TAKEN = 204;

	private final ServiceClient keyService;

	ArchiveRecorder(ServiceClients clients, ArchiveProperties properties,
			@Value("${tallygate.keys.internal-url:http://localhost:8181}") URI keys) {
		this.keyService = clients.keyService(keys, CONNECT_TIMEOUT, properties.requestTimeout());
	}

	/**
	 * Returns once it is in the chain.
	 * @throws IOException when it is not
	 */
	void record(Archive archive) throws IOException {
		Map<String, Object> body = new LinkedHashMap<>();
		body.put("id", archive.id().toString());
		body.put("at", archive.createdAt().toString());
		if (archive.requestedBy() != null) {
			body.put("actor", Map.of("userId", archive.requestedBy().toString()));
		}
		body.put("action", "ledger-month.archived");
		body.put("subject", Map.of("name", archive.month().toString()));
		body.put("new", Map.of("file", String.valueOf(archive.file()), "sha256", String.valueOf(archive.sha256()),
				"rows", String.valueOf(archive.rows()), "costNanos", String.valueOf(archive.costNanos())));
		ServiceAnswer answer = this.keyService.post("/internal/audit", body);
		if (answer.status() != TAKEN) {
			throw new IOException("key-service answered an audit entry with status " + answer.status());
		}
	}

}
