package dev.tallygate.security.secret;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Reads every secret that is given as {@code <NAME>_FILE} into {@code <NAME>}. White
 * space around the file's content is not part of the secret.
 */
class SecretFileEnvironmentPostProcessor implements EnvironmentPostProcessor, Ordered {

	private static final Pattern SECRET_FILE = Pattern.compile(
			"(.+_API_KEY|TALLYGATE_.*KEY.*|TALLYGATE_SERVICE_SECRET_.+|.+_PASSWORD|.+_CLIENT_SECRET|TALLYGATE_TRACING_AUTHORIZATION)_FILE");

	private static final String SUFFIX = "_FILE";

	private static final int MAX_BYTES = 64 * 1024;

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		Map<String, Object> secrets = new HashMap<>();
		environment.getSystemEnvironment().forEach((name, value) -> {
			if (SECRET_FILE.matcher(name).matches() && !String.valueOf(value).isBlank()) {
				String variable = name.substring(0, name.length() - SUFFIX.length());
				if (environment.getSystemEnvironment().containsKey(variable)) {
					throw new UnusableSecretException(variable, "and " + name + " are both set", "Set one of them.");
				}
				secrets.put(variable, read(name, String.valueOf(value)));
			}
		});
		if (!secrets.isEmpty()) {
			// The name must end like this for relaxed binding of environment names.
			environment.getPropertySources()
				.addAfter(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
						new SystemEnvironmentPropertySource(
								"secretFiles-" + StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, secrets));
		}
	}

	private static String read(String name, String file) {
		try {
			Path path = Path.of(file);
			if (Files.size(path) > MAX_BYTES) {
				throw new UnusableSecretException(name, "names a file larger than 64 KiB",
						"Name the secret's own file.");
			}
			return Files.readString(path).strip();
		}
		catch (IOException | InvalidPathException ex) {
			throw new UnusableSecretException(name, "names a file that cannot be read as text",
					"Name a file that this process may read.");
		}
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 9;
	}

}
