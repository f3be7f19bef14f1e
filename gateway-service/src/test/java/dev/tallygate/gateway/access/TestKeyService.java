package dev.tallygate.gateway.access;

import java.net.URI;
import java.time.Duration;

/**
 * Provider keys for tests of other packages.
 */
public final class TestKeyService {

	private TestKeyService() {
	}

	/** Provider keys that are not remembered, so that a test can change them at once. */
	public static ProviderKeys keys(RevealSource source) {
		return new ProviderKeys(source, new KeyServiceProperties(URI.create("http://127.0.0.1:1"),
				Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ZERO, Duration.ZERO, Duration.ofSeconds(1)));
	}

}
