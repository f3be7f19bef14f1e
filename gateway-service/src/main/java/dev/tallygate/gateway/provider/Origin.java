package dev.tallygate.gateway.provider;

import java.net.URI;
import java.util.Locale;

/**
 * Scheme, host and port: the one place a credential may be sent to.
 *
 * @param secure whether it is HTTPS
 * @param host name or address, lower case; an IPv6 address without brackets
 * @param port 1 to 65535
 */
public record Origin(boolean secure, String host, int port) {

	private static final int HTTP_PORT = 80;

	private static final int HTTPS_PORT = 443;

	/**
	 * The origin of an HTTP or HTTPS URL.
	 * @throws IllegalArgumentException when it is anything else
	 */
	public static Origin of(URI url) {
		boolean secure = "https".equalsIgnoreCase(url.getScheme());
		if (!secure && !"http".equalsIgnoreCase(url.getScheme())) {
			throw new IllegalArgumentException("a provider's URL must be http or https");
		}
		String host = url.getHost();
		if (host == null || url.getRawUserInfo() != null) {
			throw new IllegalArgumentException("a provider's URL needs a host and must not hold credentials");
		}
		if (host.startsWith("[")) {
			host = host.substring(1, host.length() - 1);
		}
		int port = (url.getPort() > 0) ? url.getPort() : (secure ? HTTPS_PORT : HTTP_PORT);
		return new Origin(secure, host.toLowerCase(Locale.ROOT), port);
	}

	/** The value of the {@code Host} header. */
	String authority() {
		String name = (this.host.indexOf(':') >= 0) ? '[' + this.host + ']' : this.host;
		return (this.port == (this.secure ? HTTPS_PORT : HTTP_PORT)) ? name : name + ':' + this.port;
	}

	@Override
	public String toString() {
		return (this.secure ? "https://" : "http://") + authority();
	}

}
