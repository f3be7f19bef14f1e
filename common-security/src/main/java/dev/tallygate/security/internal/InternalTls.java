package dev.tallygate.security.internal;

import jakarta.servlet.http.HttpServletRequest;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.catalina.connector.Connector;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.tomcat.SslConnectorCustomizer;
import org.springframework.boot.web.server.Ssl;

/**
 * TLS on the internal port: 1.3 only, and only for callers whose certificate names, as
 * its one URI, the service whose credential they present.
 */
final class InternalTls {

	static final String PROTOCOL = "TLSv1.3";

	private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

	/** The type of a URI among the alternative names, RFC 5280, 4.2.1.6. */
	private static final int URI_NAME = 6;

	private final String clientUri;

	InternalTls(String clientUri) {
		this.clientUri = clientUri;
	}

	/**
	 * Makes a connector speak TLS, now and with every certificate that replaces this one.
	 */
	static void apply(Connector connector, String bundle, SslBundles bundles) {
		SslConnectorCustomizer customizer = new SslConnectorCustomizer(LogFactory.getLog(InternalTls.class), connector,
				Ssl.ClientAuth.NEED);
		customizer.customize(strict(bundles.getBundle(bundle)), Map.of());
		bundles.addBundleUpdateHandler(bundle, (renewed) -> customizer.update(null, strict(renewed)));
	}

	private static SslBundle strict(SslBundle bundle) {
		Set<String> ciphers = SslOptions.asSet(bundle.getOptions().getCiphers());
		return SslBundle.of(bundle.getStores(), bundle.getKey(), SslOptions.of(ciphers, Set.of(PROTOCOL)),
				bundle.getProtocol(), bundle.getManagers());
	}

	static SslBundles require(@Nullable SslBundles bundles) {
		if (bundles == null) {
			throw new IllegalStateException("There are no SSL bundles. Configure one under spring.ssl.bundle.");
		}
		return bundles;
	}

	/**
	 * Whether the caller's certificate, which the connector has verified, is that of this
	 * service. One with several URIs is nobody's.
	 */
	boolean isOf(String service, HttpServletRequest request) {
		if (!(request.getAttribute(CERTIFICATES) instanceof X509Certificate[] chain) || chain.length == 0) {
			return false;
		}
		return List.of(this.clientUri.replace("{service}", service)).equals(uris(chain[0]));
	}

	private static List<String> uris(X509Certificate certificate) {
		try {
			Collection<List<?>> names = certificate.getSubjectAlternativeNames();
			return (names != null) ? names.stream()
				.filter((name) -> Integer.valueOf(URI_NAME).equals(name.get(0)))
				.map((name) -> String.valueOf(name.get(1)))
				.toList() : List.of();
		}
		catch (CertificateParsingException ex) {
			return List.of();
		}
	}

}
