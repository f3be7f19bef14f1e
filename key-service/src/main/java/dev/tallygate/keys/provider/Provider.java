package dev.tallygate.keys.provider;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.net.IDN;
import java.net.URI;
import java.util.Locale;

/**
 * A configured provider.
 *
 * @param name by which it is addressed
 * @param dialect the wire it speaks
 * @param baseUrl where it is, version path included, without a trailing slash
 * @param needsKey whether it takes no call without a key
 * @param validation how a key is checked
 * @param validationModel the model of the one-token call
 */
public record Provider(String name, Dialect dialect, URI baseUrl, boolean needsKey, @JsonIgnore Validation validation,
		@JsonIgnore String validationModel) {

	private static final int HTTP = 80;

	private static final int HTTPS = 443;

	/**
	 * Scheme, host and port in one canonical form, the default port left out: the one
	 * place a key saved for this provider may be sent to.
	 */
	@JsonIgnore
	public String origin() {
		String scheme = this.baseUrl.getScheme().toLowerCase(Locale.ROOT);
		String host = IDN.toASCII(this.baseUrl.getHost()).toLowerCase(Locale.ROOT);
		int port = this.baseUrl.getPort();
		boolean standard = port < 0 || (scheme.equals("https") && port == HTTPS)
				|| (scheme.equals("http") && port == HTTP);
		return scheme + "://" + host + (standard ? "" : ":" + port);
	}

}
