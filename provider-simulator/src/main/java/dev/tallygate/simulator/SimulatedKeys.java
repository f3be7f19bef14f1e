package dev.tallygate.simulator;

import dev.tallygate.simulator.call.Refusal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which keys are taken. What was set for a key wins; else its prefix decides.
 */
public final class SimulatedKeys {

	private static final int FINGERPRINT_LENGTH = 16;

	private static final Map<String, Verdict> BY_PREFIX = Map.of("sk-sim-bad", Verdict.REJECTED, "sk-sim-revoked",
			Verdict.REJECTED, "sk-sim-forbidden", Verdict.FORBIDDEN, "sk-sim-broke", Verdict.BROKE, "sk-sim-down",
			Verdict.DOWN);

	private final Map<String, Verdict> set = new ConcurrentHashMap<>();

	/**
	 * What becomes of a call with a key.
	 */
	public Verdict verdict(@Nullable String key) {
		if (key == null) {
			return Verdict.REJECTED;
		}
		Verdict set = this.set.get(key);
		if (set != null) {
			return set;
		}
		if (!key.startsWith("sk-sim-")) {
			return Verdict.REJECTED;
		}
		for (Map.Entry<String, Verdict> rule : BY_PREFIX.entrySet()) {
			if (key.startsWith(rule.getKey())) {
				return rule.getValue();
			}
		}
		return Verdict.GOOD;
	}

	/** From now on this key is treated so. */
	public void set(String key, Verdict verdict) {
		this.set.put(key, verdict);
	}

	/** Forgets what was set. */
	public void reset() {
		this.set.clear();
	}

	/**
	 * What the bill shows of a key: the first hexadecimal digits of its SHA-256, or
	 * {@code none}.
	 */
	public static String fingerprint(@Nullable String key) {
		if (key == null) {
			return "none";
		}
		try {
			byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(hash).substring(0, FINGERPRINT_LENGTH);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** What becomes of a call. */
	public enum Verdict {

		/** It is answered. */
		GOOD(200),
		/** 401. */
		REJECTED(401),
		/** 403. */
		FORBIDDEN(403),
		/** 429 with code {@code insufficient_quota}. */
		BROKE(429),
		/** 500. */
		DOWN(500);

		private final int status;

		Verdict(int status) {
			this.status = status;
		}

		int status() {
			return this.status;
		}

		static Verdict of(String name) {
			try {
				return valueOf(name.toUpperCase(Locale.ROOT));
			}
			catch (IllegalArgumentException ex) {
				throw new Refusal(400, "status must be good, rejected, forbidden, broke or down", ex);
			}
		}

	}

}
