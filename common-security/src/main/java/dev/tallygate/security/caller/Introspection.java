package dev.tallygate.security.caller;

/**
 * Tells who presents a token.
 */
public interface Introspection {

	/**
	 * Looks a token up.
	 * @param token what the caller presented, as it came
	 */
	IntrospectionOutcome introspect(String token);

}
