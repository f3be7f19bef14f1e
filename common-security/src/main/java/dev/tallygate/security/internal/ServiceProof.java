package dev.tallygate.security.internal;

import dev.tallygate.security.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a service shows another one in place of its secret: an HMAC-SHA256 under it of
 * both their names. It is good at that other service alone, and the secret does not
 * follow from it.
 */
final class ServiceProof {

	private static final String PURPOSE = "tallygate service proof 1";

	private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{43}");

	private ServiceProof() {
	}

	/**
	 * The proof that {@code service} has {@code secret}.
	 * @param audience the service it is shown to
	 */
	static Secret of(Secret secret, String service, String audience) {
		return secret.use((key) -> Secret.of(hmac(key, String.join("\n", PURPOSE, service, audience))));
	}

	/** Whether it may be one at all. */
	static boolean hasForm(Secret presented) {
		return presented.useText((text) -> FORM.matcher(text).matches());
	}

	private static String hmac(byte[] key, String message) {
		try {
			Mac mac = Mac.getInstance("HmacSHA256");
			mac.init(new SecretKeySpec(key, "HmacSHA256"));
			return Base64.getUrlEncoder()
				.withoutPadding()
				.encodeToString(mac.doFinal(message.getBytes(StandardCharsets.UTF_8)));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("every JDK has HmacSHA256", ex);
		}
	}

}
