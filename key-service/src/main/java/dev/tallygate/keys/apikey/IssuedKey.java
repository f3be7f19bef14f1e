package dev.tallygate.keys.apikey;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;

/**
 * A key with its secret, shown this once.
 *
 * @param key the key
 * @param secret what its owner presents from now on
 * @param unknownModels entries of its models that nothing knows; absent when there are
 * none, and until somebody has looked
 */
public record IssuedKey(@JsonUnwrapped ApiKey key, String secret,
		@JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> unknownModels) {

	/** The same, with those of its models named that nothing knows. */
	IssuedKey naming(List<String> unknown) {
		return new IssuedKey(this.key, this.secret, unknown);
	}

	@Override
	public String toString() {
		return "IssuedKey[key=" + this.key + "]";
	}

}
