package dev.tallygate.security.caller;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A handler that takes more than reads and is called with restricted keys, too, because
 * it changes nothing or says itself how far such a key goes. All others refuse them.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface RestrictedKeysToo {

}
