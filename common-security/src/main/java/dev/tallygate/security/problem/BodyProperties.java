package dev.tallygate.security.problem;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Limits of request bodies.
 *
 * @param maxBodyBytes the largest JSON body of our own REST, in bytes
 */
@ConfigurationProperties("tallygate.security")
record BodyProperties(@DefaultValue("262144") long maxBodyBytes) {

}
