package dev.tallygate.security.internal;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Which services may call this handler under {@code /internal}. A handler there without
 * it answers nobody.
 */
@Documented
@Target({ ElementType.METHOD, ElementType.TYPE })
@Retention(RetentionPolicy.RUNTIME)
public @interface AllowedServices {

	/** Stands for every service with a credential. */
	String ANY = "*";

	/** The services' names, or {@link #ANY}. */
	String[] value();

}
