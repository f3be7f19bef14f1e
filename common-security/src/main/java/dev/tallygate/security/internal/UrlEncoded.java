package dev.tallygate.security.internal;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Text as a form or a query has it.
 */
public final class UrlEncoded {

	private UrlEncoded() {
	}

	/**
	 * One value.
	 */
	public static String of(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

	/**
	 * Fields by name, in the order of the map.
	 */
	public static String of(Map<String, String> fields) {
		return fields.entrySet()
			.stream()
			.map((field) -> of(field.getKey()) + '=' + of(field.getValue()))
			.collect(Collectors.joining("&"));
	}

}
