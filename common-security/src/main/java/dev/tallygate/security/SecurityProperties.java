package dev.tallygate.security;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which paths need what.
 *
 * @param openPaths patterns that answer without a key, beside the API documents
 * @param ignoredPaths patterns that the security chain leaves alone, because what serves
 * them checks keys itself
 * @param maxBodyBytes the largest JSON body of our own REST, in bytes
 */
@ConfigurationProperties("tallygate.security")
record SecurityProperties(@DefaultValue List<String> openPaths, @DefaultValue List<String> ignoredPaths,
		@DefaultValue("262144") long maxBodyBytes) {

	SecurityProperties {
		openPaths = List.copyOf(openPaths);
		ignoredPaths = List.copyOf(ignoredPaths);
	}

}
