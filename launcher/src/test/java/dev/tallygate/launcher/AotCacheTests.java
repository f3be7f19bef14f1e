package dev.tallygate.launcher;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class AotCacheTests {

	@TempDir
	Path folder;

	@Test
	void isUsedOnceItIsAdoptedAndNeverKeepsAProgramFromStarting() throws Exception {
		Path jar = jar("1");
		AotCache cache = cacheOf(jar);
		cache.clear();
		assertThat(cache.use()).isEmpty();
		assertThat(run(jar, cache.make())).contains("up");
		assertThat(cache.use()).isEmpty();
		assertThat(cache.adopt()).isTrue();
		assertThat(cache.use()).singleElement().asString().startsWith("-XX:AOTCache=");
		assertThat(run(jar, cache.use())).contains("up").doesNotContain("error");

		Path file = Path.of(cache.use().getFirst().substring("-XX:AOTCache=".length()));
		Files.writeString(file, "not what a JVM writes");
		assertThat(run(jar, cache.use())).contains("up");
		assertThat(cache.discard()).isTrue();
		assertThat(cache.use()).isEmpty();
	}

	@Test
	void isNotUsedForAnotherContentOfTheJarNorForOtherFlags() throws Exception {
		Path jar = jar("1");
		AotCache first = cacheOf(jar);
		first.clear();
		write(first);
		assertThat(first.adopt()).isTrue();
		FileTime time = Files.getLastModifiedTime(jar);
		assertThat(cacheOf(jar).use()).isNotEmpty();
		assertThat(AotCache.of(this.folder.resolve("prepared"), jar, List.of("-Xmx1g")).use()).isEmpty();

		Files.setLastModifiedTime(jar("2"), time);
		AotCache second = cacheOf(jar);
		assertThat(second.use()).isEmpty();
		second.clear();
		assertThat(first.use()).as("what was made for something else").isEmpty();
	}

	private AotCache cacheOf(Path jar) {
		return AotCache.of(this.folder.resolve("prepared"), jar, List.of("-Xmx64m"));
	}

	private static void write(AotCache cache) throws IOException {
		Files.writeString(Path.of(cache.make().getFirst().substring("-XX:AOTCacheOutput=".length())), "something");
	}

	private Path jar(String content) throws IOException {
		Manifest manifest = new Manifest();
		manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
		manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Up.class.getName());
		Path jar = this.folder.resolve("up.jar");
		String type = Up.class.getName().replace('.', '/') + ".class";
		try (OutputStream file = Files.newOutputStream(jar);
				JarOutputStream out = new JarOutputStream(file, manifest)) {
			out.putNextEntry(new JarEntry(type));
			Objects.requireNonNull(Up.class.getClassLoader().getResourceAsStream(type)).transferTo(out);
			out.putNextEntry(new JarEntry("content"));
			out.write(content.getBytes(StandardCharsets.UTF_8));
		}
		return jar;
	}

	private static String run(Path jar, List<String> options) throws Exception {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC"));
		command.addAll(options);
		command.addAll(List.of("-jar", jar.toString()));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
		assertThat(process.exitValue()).as(printed).isZero();
		return printed;
	}

	/** A program that starts. */
	public static final class Up {

		private Up() {
		}

		public static void main(String[] arguments) {
			System.out.println("up");
		}

	}

}
