package dev.tallygate.gateway.provider;

import dev.tallygate.gateway.dialect.SplicedBody;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is sent to a provider.
 *
 * @param method such as {@code POST}
 * @param path with query, from the root
 * @param headers beside {@code Host}, length and framing, which the connection sets
 * @param body null for none
 * @param streamed whether an answer in events is asked for, which begins soon; a whole
 * one comes when it is complete
 */
public record UpstreamRequest(String method, String path, List<Field> headers, @Nullable SplicedBody body,
		boolean streamed) {

	/**
	 * A header field.
	 *
	 * @param name its name
	 * @param value its value, printable
	 */
	public record Field(String name, String value) {

		public Field {
			if (!isPrintable(value)) {
				throw new IllegalArgumentException("a header value that cannot be sent: " + name);
			}
		}

		private static boolean isPrintable(String value) {
			for (int i = 0; i < value.length(); i++) {
				char c = value.charAt(i);
				if (c < ' ' || c > '~') {
					return false;
				}
			}
			return true;
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

}
