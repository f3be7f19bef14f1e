package dev.tallygate.keys.provider;

import dev.tallygate.security.problem.ProblemException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/**
 * The list of providers, which this service owns. The well-known come first, in a fixed
 * order, then what else is configured.
 */
@Component
public class Providers {

	private static final List<String> WELL_KNOWN = List.of("openai", "anthropic", "ollama", "manus");

	private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,39}");

	private final Map<String, Provider> byName = new LinkedHashMap<>();

	Providers(ProviderProperties properties) {
		for (String name : WELL_KNOWN) {
			ProviderProperties.Entry entry = properties.providers().get(name);
			if (entry != null) {
				add(name, entry);
			}
		}
		properties.providers().forEach(this::add);
	}

	private void add(String name, ProviderProperties.Entry entry) {
		if (!NAME.matcher(name).matches()) {
			throw new IllegalArgumentException(
					"provider '" + name + "' must have a name of lower-case letters and digits");
		}
		this.byName.putIfAbsent(name,
				new Provider(name, displayName(name, entry), entry.dialect(), baseUrl(name, entry), entry.needsKey(),
						entry.wiresOrThoseOfTheDialect(), entry.onDisconnect(), entry.usageQuirks(), entry.validation(),
						entry.validationModel(), entry.oauth()));
	}

	private static String displayName(String name, ProviderProperties.Entry entry) {
		String configured = entry.displayName();
		return (configured != null && !configured.isBlank()) ? configured.strip()
				: name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
	}

	private static URI baseUrl(String name, ProviderProperties.Entry entry) {
		URI url = (entry.baseUrl() != null) ? URI.create(entry.baseUrl().toString().replaceAll("/+$", "")) : null;
		boolean usable = url != null && url.getHost() != null && url.getRawUserInfo() == null
				&& url.getRawQuery() == null
				&& ("http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme()));
		if (url == null || !usable) {
			throw new IllegalArgumentException(
					"tallygate.providers." + name + ".base-url must be an http or https URL without user and query");
		}
		return url;
	}

	/**
	 * All of them, in configured order.
	 */
	public List<Provider> all() {
		return List.copyOf(this.byName.values());
	}

	/**
	 * One of them.
	 */
	public Optional<Provider> find(String name) {
		return Optional.ofNullable(this.byName.get(name));
	}

	/**
	 * One of them.
	 * @throws ProblemException a 404 when there is none of that name
	 */
	public Provider require(String name) {
		return find(name).orElseThrow(ProblemException::notFound);
	}

}
