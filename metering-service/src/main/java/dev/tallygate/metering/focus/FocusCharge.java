package dev.tallygate.metering.focus;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one meter of a model came to on a day, for a user and key; or what corrections of
 * such calls came to.
 *
 * @param day in the zone of the user's budget
 * @param meter null for calls whose meters are not known
 * @param quantity how much of it; null on corrections
 * @param costNanos in nano-USD
 * @param correction whether these are corrections
 * @param closed whether the month they correct was over when they came
 */
record FocusCharge(LocalDate day, UUID userId, @Nullable UUID apiKeyId, String provider, String model,
		String credential, @Nullable String meter, @Nullable BigDecimal quantity, BigDecimal costNanos,
		boolean correction, boolean closed) {

	private static final BigDecimal NANOS = BigDecimal.TEN.pow(9);

	private static final int RATE_DIGITS = 15;

	/** In US dollars, exactly. */
	String cost() {
		return decimal(this.costNanos.divide(NANOS));
	}

	/** With a decimal point, as FOCUS wants quantities. */
	@Nullable String amount() {
		return (this.quantity != null && this.quantity.signum() > 0) ? decimal(this.quantity) : null;
	}

	/** US dollars for one of the meter. */
	@Nullable String unitPrice() {
		if (this.quantity == null || this.quantity.signum() <= 0) {
			return null;
		}
		return decimal(this.costNanos.divide(NANOS).divide(this.quantity, RATE_DIGITS, RoundingMode.HALF_EVEN));
	}

	/** What is counted. */
	String unit() {
		return switch ((this.meter != null) ? this.meter : "request") {
			case "web_search", "file_search", "maps", "request" -> "Requests";
			case "web_fetch", "page" -> "Pages";
			case "code_session" -> "Sessions";
			case "image" -> "Images";
			case "second_input", "second_output" -> "Seconds";
			case "character" -> "Characters";
			default -> "Tokens";
		};
	}

	static String decimal(BigDecimal number) {
		BigDecimal plain = number.stripTrailingZeros();
		return ((plain.scale() < 1) ? plain.setScale(1) : plain).toPlainString();
	}

}
