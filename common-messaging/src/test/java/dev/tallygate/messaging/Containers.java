package dev.tallygate.messaging;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;

/**
 * Whether tests run their servers in containers: where Docker has the image or gets it
 * soon. {@code -Dtallygate.test.containers=false} says no, whatever is there.
 */
final class Containers {

	private static final Logger logger = LoggerFactory.getLogger(Containers.class);

	private static final Duration PULL = Duration.ofSeconds(Integer.getInteger("tallygate.test.pull-seconds", 30));

	/** How long a pull that failed keeps the next JVM from trying. */
	private static final Duration DISCOURAGED = Duration.ofHours(1);

	private static boolean usable = wanted();

	private Containers() {
	}

	/**
	 * The server in a container, or the embedded one where Docker does not answer or has
	 * no such image.
	 * @param image what the container runs
	 */
	static synchronized <T> T orElse(String image, Supplier<T> container, Supplier<T> embedded) {
		if (usable && (!has(image) || !answers())) {
			logger.warn("No container runs {} here; the embedded server is used", image);
			usable = false;
		}
		if (usable) {
			try {
				return container.get();
			}
			catch (RuntimeException ex) {
				logger.warn("{} does not run in a container here, the embedded server is used: {}", image,
						ex.getMessage());
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

	private static boolean has(String image) {
		SocketAddress daemon = daemon(System.getenv("DOCKER_HOST"), System.getenv("DOCKER_TLS_VERIFY"));
		if (daemon == null) {
			return true;
		}
		DockerImages images = new DockerImages(daemon);
		return images.isPresent(image) || (!isDiscouraged(image) && pull(images, image));
	}

	/** Null when only the client library knows how to get there. */
	private static @Nullable SocketAddress daemon(@Nullable String host, @Nullable String tls) {
		if (host == null) {
			return UnixDomainSocketAddress.of("/var/run/docker.sock");
		}
		URI uri = URI.create(host);
		if ("unix".equals(uri.getScheme())) {
			return UnixDomainSocketAddress.of(uri.getPath());
		}
		boolean plain = "tcp".equals(uri.getScheme()) && (tls == null || tls.isEmpty());
		return plain ? new InetSocketAddress(uri.getHost(), uri.getPort()) : null;
	}

	private static boolean pull(DockerImages images, String image) {
		if (images.pull(image, PULL)) {
			return true;
		}
		logger.warn("{} was not pulled within {}; `docker pull {}` makes tests use it", image, PULL, image);
		try {
			Files.writeString(discouraged(image), "not pulled within " + PULL);
		}
		catch (IOException ex) {
			logger.debug("The next JVM will try again", ex);
		}
		return false;
	}

	private static boolean isDiscouraged(String image) {
		try {
			return Files.getLastModifiedTime(discouraged(image)).toInstant().isAfter(Instant.now().minus(DISCOURAGED));
		}
		catch (IOException ex) {
			return false;
		}
	}

	/** Shared by the JVMs that a build starts for its modules. */
	private static Path discouraged(String image) {
		return Path.of(System.getProperty("java.io.tmpdir"),
				"tallygate-not-pulled-" + image.replaceAll("[^a-z0-9.]", "-"));
	}

	/** Also starts the library's own container, whose image it pulls without a limit. */
	private static boolean answers() {
		return DockerImages.within(PULL, () -> {
			try {
				return DockerClientFactory.instance().isDockerAvailable();
			}
			catch (LinkageError ex) {
				// Not on the class path.
				return false;
			}
		}, false);
	}

}
