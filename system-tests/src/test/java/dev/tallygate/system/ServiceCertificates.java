package dev.tallygate.system;

import dev.tallygate.launcher.Ports;
import dev.tallygate.launcher.Service;
import dev.tallygate.security.internal.Certificates;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;

/**
 * Certificates of key-service, budget-service and a gateway, and the settings that go
 * with them, as {@code docs/how-to/tls.md} has them.
 */
final class ServiceCertificates {

	private static final String AUTHORITY = "authority";

	private final Certificates certificates;

	ServiceCertificates(Path folder) {
		this.certificates = new Certificates(folder, AUTHORITY);
		issue(Service.KEYS);
		issue(Service.BUDGET);
		issue(Service.GATEWAY);
	}

	private void issue(Service service) {
		this.certificates.issue(nameOf(service), AUTHORITY, "-ext",
				"san=dns:localhost,ip:127.0.0.1,uri:tallygate://service/" + nameOf(service));
	}

	private static String nameOf(Service service) {
		return service.name().toLowerCase(java.util.Locale.ROOT);
	}

	/** What key-service needs to serve with TLS. */
	Map<String, String> serving() {
		return bundle(Service.KEYS, Map.of("TALLYGATE_INTERNAL_SSL_BUNDLE", "internal"));
	}

	/** What budget-service needs to serve gateways and to call key-service. */
	Map<String, String> servingAndCalling(Ports ports) {
		return bundle(Service.BUDGET, Map.of("TALLYGATE_INTERNAL_SSL_BUNDLE", "internal", "TALLYGATE_SERVICE_SSLBUNDLE",
				"internal", "TALLYGATE_KEYS_INTERNAL_URL", "https://127.0.0.1:" + ports.internal(Service.KEYS)));
	}

	/** What a gateway needs to call them, and to be another than the first. */
	Map<String, String> calling(Ports ports, Path folder) {
		return bundle(Service.GATEWAY,
				Map.of("TALLYGATE_SERVICE_SSLBUNDLE", "internal", "TALLYGATE_KEYS_INTERNAL_URL",
						"https://127.0.0.1:" + ports.internal(Service.KEYS), "TALLYGATE_BUDGETS_INTERNAL_URL",
						"https://127.0.0.1:" + ports.internal(Service.BUDGET), "TALLYGATE_INSTANCE", "tls",
						"TALLYGATE_SPOOL_DIRECTORY", folder.resolve("spool").toString()));
	}

	private Map<String, String> bundle(Service service, Map<String, String> more) {
		String prefix = "SPRING_SSL_BUNDLE_PEM_INTERNAL_";
		Map<String, String> settings = new HashMap<>(more);
		settings.put(prefix + "KEYSTORE_CERTIFICATE", this.certificates.certificate(nameOf(service)).toString());
		settings.put(prefix + "KEYSTORE_PRIVATEKEY", this.certificates.privateKey(nameOf(service)).toString());
		settings.put(prefix + "TRUSTSTORE_CERTIFICATE", this.certificates.certificate(AUTHORITY).toString());
		return settings;
	}

	/** What a caller without a certificate, or with that of a service, would use. */
	SslBundle bundle(@Nullable Service service) {
		return this.certificates.bundle((service != null) ? nameOf(service) : null, AUTHORITY);
	}

}
