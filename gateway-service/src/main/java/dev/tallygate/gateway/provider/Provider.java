package dev.tallygate.gateway.provider;

import dev.tallygate.events.UsageSettled.Operation;
import dev.tallygate.pricing.ProviderNames;
import dev.tallygate.pricing.wire.UsageContext;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A provider as key-service lists it.
 *
 * @param name by which models are addressed, such as {@code openai}
 * @param dialect whose words it uses: how it takes a key and lists its models
 * @param baseUrl where it is, version path included; only to show, calls go where the
 * revealed credential says
 * @param needsKey whether it takes no call without a key
 * @param hasSystemKey whether the operator has a key for it
 * @param wires the wires it speaks, as key-service calls them; null where key-service
 * does not say, and then those of its dialect
 * @param onDisconnect what becomes of a call whose caller left: {@code drain} reads it to
 * its end, for the provider bills it all the same; anything else ends it
 * @param usageQuirks in what its usage differs from its dialect's, as key-service calls
 * it; null where key-service does not say
 */
public record Provider(String name, Dialect dialect, URI baseUrl, boolean needsKey, boolean hasSystemKey,
		@Nullable List<String> wires, @Nullable String onDisconnect, @Nullable List<String> usageQuirks) {

	/** A provider of which no more is known. */
	public Provider(String name, Dialect dialect, URI baseUrl, boolean needsKey, boolean hasSystemKey) {
		this(name, dialect, baseUrl, needsKey, hasSystemKey, null, null, null);
	}

	/**
	 * How its usage is to be read. Google's own name stands for its compatible route,
	 * which leaves thoughts out of the completion.
	 */
	public UsageContext usageContext() {
		return new UsageContext(has("reasoning-outside") || "gemini".equals(ProviderNames.published(this.name)),
				has("cache-outside"), null, region());
	}

	/** Whether it may be asked for usage in a stream. */
	public boolean takesStreamOptions() {
		return !has("no-stream-options");
	}

	private boolean has(String quirk) {
		return this.usageQuirks != null && this.usageQuirks.contains(quirk);
	}

	/** Where its host serves, which makes calls dearer; null for anywhere. */
	public @Nullable String region() {
		String host = this.baseUrl.getHost();
		if (host == null || !host.endsWith(".api.openai.com")) {
			return null;
		}
		return host.substring(0, host.length() - ".api.openai.com".length());
	}

	/** Whether it takes calls of a wire as they are. */
	public boolean speaks(Operation wire) {
		if (this.wires != null) {
			return this.wires.contains(wire.name().toLowerCase(Locale.ROOT));
		}
		return switch (wire) {
			case CHAT, EMBEDDINGS -> this.dialect == Dialect.OPENAI;
			case MESSAGES -> this.dialect == Dialect.ANTHROPIC;
			case RESPONSES -> false;
		};
	}

	/** Whether a call whose caller left is read to its end. */
	public boolean drains() {
		return "drain".equals(this.onDisconnect);
	}

}
