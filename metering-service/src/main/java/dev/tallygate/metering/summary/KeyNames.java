package dev.tallygate.metering.summary;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The names of API keys.
 */
public interface KeyNames {

	/** A key's name; null when it is not known. */
	@Nullable String of(@Nullable UUID keyId);

}
