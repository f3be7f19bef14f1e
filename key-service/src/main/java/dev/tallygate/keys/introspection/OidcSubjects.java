package dev.tallygate.keys.introspection;

import dev.tallygate.security.caller.IntrospectionOutcome;

/**
 * Tells who presents a JWT of the configured issuer.
 */
interface OidcSubjects {

	/**
	 * Looks a JWT up.
	 */
	IntrospectionOutcome introspect(String token);

}
