package dev.tallygate.gateway.completion;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Loads sessions together with the SDKs of the last major versions, which the build puts
 * into a folder: what is compiled with today's SDKs links with those, and a user who does
 * not upgrade is as well off.
 */
final class PreviousSdks extends URLClassLoader {

	private static final Path FOLDER = Path.of("target/previous-sdks");

	/** What comes from the folder, or from the sessions, and from nowhere else. */
	private static final List<String> OWN = List.of("com.openai.", "com.anthropic.",
			"org.springframework.ai.anthropic.", SdkSession.class.getName(), SpringAiSession.class.getName());

	PreviousSdks() throws IOException {
		super(urls(), PreviousSdks.class.getClassLoader());
	}

	private static URL[] urls() throws IOException {
		List<URL> urls = new ArrayList<>();
		try (Stream<Path> jars = Files.list(FOLDER)) {
			for (Path jar : jars.sorted().toList()) {
				urls.add(jar.toUri().toURL());
			}
		}
		urls.add(SdkSession.class.getProtectionDomain().getCodeSource().getLocation());
		return urls.toArray(URL[]::new);
	}

	@Override
	protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
		if (OWN.stream().noneMatch(name::startsWith)) {
			return super.loadClass(name, resolve);
		}
		synchronized (getClassLoadingLock(name)) {
			Class<?> loaded = findLoadedClass(name);
			return (loaded != null) ? loaded : findClass(name);
		}
	}

	/** Runs a session's method. */
	@SuppressWarnings("unchecked")
	List<String> run(Class<?> session, String method, String... arguments) throws ReflectiveOperationException {
		Class<?>[] types = new Class<?>[arguments.length];
		Arrays.fill(types, String.class);
		return (List<String>) loadClass(session.getName()).getMethod(method, types).invoke(null, (Object[]) arguments);
	}

}
