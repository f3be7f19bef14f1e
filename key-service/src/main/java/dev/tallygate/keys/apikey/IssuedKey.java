package dev.tallygate.keys.apikey;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * A key with its secret, shown this once.
 *
 * @param key the key
 * @param secret what its owner presents from now on
 */
public record IssuedKey(@JsonUnwrapped ApiKey key, String secret) {

	@Override
	public String toString() {
		return "IssuedKey[key=" + this.key + "]";
	}

}
