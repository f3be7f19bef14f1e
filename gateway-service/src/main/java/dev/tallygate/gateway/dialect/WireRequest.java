package dev.tallygate.gateway.dialect;

import dev.tallygate.gateway.pricing.Attachment;
import dev.tallygate.pricing.Meter;
import dev.tallygate.pricing.Reach;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks, as far as anybody but its provider needs to know.
 */
public interface WireRequest {

	/** The model as the caller wrote it; null when absent. */
	@Nullable String model();

	/** Whether the answer is asked for as a stream. */
	boolean stream();

	/** The most output tokens of one choice; null when nobody set a limit. */
	@Nullable Long maxOutputTokens();

	/** How many choices are asked for, at least 1. */
	int choices();

	/** About how many tokens go in, rather too many than too few. */
	long inputTokens();

	/** What is attached, which {@link #inputTokens()} leaves out. */
	default List<Attachment> attachments() {
		return List.of();
	}

	/** What it may be charged for beside plain text. */
	default Reach reach() {
		return Reach.PLAIN;
	}

	/** The one cache life it asks for; null when it asks for none or several. */
	default @Nullable Meter cacheLife() {
		return null;
	}

	/** How many bytes the request has. */
	int length();

	/** What a tokenizer would see of it. */
	String inputText();

	/** Holds the request as it came, in the first {@link #length()} bytes. */
	byte[] body();

	/**
	 * The request as a provider of the same wire gets it.
	 * @param model that provider's name for the model
	 * @param usageWanted whether usage may be asked for in the caller's stead
	 */
	Exchange to(String model, boolean usageWanted);

	/**
	 * Keeps what {@link #body()} and {@link #inputText()} are made of no longer: it is
	 * with the provider, and neither is asked for any more.
	 */
	default void letGo() {
		// what is small may stay
	}

}
