package dev.tallygate.budgets.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a webhook's deliveries are signed with, by
 * <a href="https://www.standardwebhooks.com">Standard Webhooks</a>: {@code whsec_} and
 * padded standard base64.
 *
 * @param text its text, as its receiver is given it
 */
record SigningSecret(String text) {

	private static final String PREFIX = "whsec_";

	private static final int BYTES = 32;

	private static final SecureRandom RANDOM = new SecureRandom();

	/** A new one. */
	static SigningSecret create() {
		byte[] bytes = new byte[BYTES];
		RANDOM.nextBytes(bytes);
		return new SigningSecret(PREFIX + Base64.getEncoder().encodeToString(bytes));
	}

	/**
	 * Signs a delivery.
	 * @param id of the message, the same at each attempt
	 * @param seconds of the attempt since 1970
	 * @param body the very bytes that are sent
	 */
	String sign(String id, long seconds, byte[] body) {
		try {
			Mac mac = Mac.getInstance("HmacSHA256");
			mac.init(new SecretKeySpec(Base64.getDecoder().decode(this.text.substring(PREFIX.length())), "HmacSHA256"));
			mac.update((id + '.' + seconds + '.').getBytes(StandardCharsets.UTF_8));
			return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("HmacSHA256 is in every JDK", ex);
		}
	}

	@Override
	public String toString() {
		return PREFIX + "…";
	}

}
