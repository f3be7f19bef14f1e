package dev.tallygate.security.internal;

/**
 * The service that calls a handler under {@code /internal}.
 *
 * @param name its name, such as {@code gateway}
 */
public record ServiceCaller(String name) {

	static final String ATTRIBUTE = ServiceCaller.class.getName();

}
