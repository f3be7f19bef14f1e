package dev.tallygate.security.caller;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The user that {@code {user}} in the path means, {@code me} included. By the time the
 * handler runs, the caller is known to be allowed to act on that user. Whether it exists
 * is not known: an administrator may name anyone.
 */
@Documented
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface PathUser {

}
