package dev.tallygate.security.caller;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which paths need what.
 *
 * @param openPaths patterns that answer without a key, beside the API documents
 * @param ignoredPaths patterns that the security chain leaves alone, because what serves
 * them checks keys itself
 */
@ConfigurationProperties("tallygate.security")
record SecurityProperties(@DefaultValue List<String> openPaths, @DefaultValue List<String> ignoredPaths) {

	SecurityProperties {
		openPaths = List.copyOf(openPaths);
		ignoredPaths = List.copyOf(ignoredPaths);
	}

}
