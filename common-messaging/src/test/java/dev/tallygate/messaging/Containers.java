package dev.tallygate.messaging;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;

/**
 * Whether tests run their servers in containers.
 * {@code -Dtallygate.test.containers=false} says no, whatever is there.
 */
final class Containers {

	private static final Logger log = LoggerFactory.getLogger(Containers.class);

	private static boolean usable = wanted() && answers();

	private Containers() {
	}

	/**
	 * The server in a container, or the embedded one where Docker does not answer or has
	 * no such image.
	 */
	static synchronized <T> T orElse(String name, Supplier<T> container, Supplier<T> embedded) {
		if (usable) {
			try {
				return container.get();
			}
			catch (RuntimeException ex) {
				log.warn("{} does not run in a container here, the embedded one is used: {}", name, ex.getMessage());
				usable = false;
			}
		}
		return embedded.get();
	}

	/**
	 * Spares the search for Docker, and what it logs, on a machine that shows no trace of
	 * it.
	 */
	private static boolean wanted() {
		return Boolean.parseBoolean(System.getProperty("tallygate.test.containers", "true"))
				&& (System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock")));
	}

	private static boolean answers() {
		try {
			return DockerClientFactory.instance().isDockerAvailable();
		}
		catch (RuntimeException | LinkageError ex) {
			// Not on the class path, or nothing it can talk to.
			log.info("no containers for tests: {}", ex.getMessage());
			return false;
		}
	}

}
