package dev.tallygate.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * What the JVM remembers of a rehearsed start (JEP 483, 514 and 515), in a folder of its
 * own whose name tells what it was made for. Another jar, JDK or flag is another folder:
 * nothing stale is ever used, and what is there for anything else is thrown away when
 * this one is made.
 */
final class AotCache {

	private static final int NAME_LENGTH = 24;

	private final Path folder;

	private AotCache(Path folder) {
		this.folder = folder;
	}

	/**
	 * The cache of a program, which may not be there yet.
	 * @param parent the folder of all the caches of this program
	 * @param jar what it runs; its content counts, as its time says nothing in a
	 * reproducible build
	 * @param rest what else it depends on
	 */
	static AotCache of(Path parent, Path jar, List<String> rest) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			contentOf(jar, digest);
			String jdk = System.getProperty("java.vm.vendor") + System.getProperty("java.vm.version");
			digest.update(jdk.getBytes(StandardCharsets.UTF_8));
			rest.forEach((part) -> digest.update(('\n' + part).getBytes(StandardCharsets.UTF_8)));
			return new AotCache(parent.resolve(HexFormat.of().formatHex(digest.digest()).substring(0, NAME_LENGTH)));
		}
		catch (IOException ex) {
			throw new LaunchException(jar + " cannot be read: " + ex.getMessage() + ". Build it again.", ex);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Names, sizes and check sums, which a jar lists at its end. */
	private static void contentOf(Path jar, MessageDigest digest) throws IOException {
		try (ZipFile zip = new ZipFile(jar.toFile())) {
			for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements();) {
				ZipEntry entry = entries.nextElement();
				String line = entry.getName() + ' ' + entry.getSize() + ' ' + entry.getCrc() + '\n';
				digest.update(line.getBytes(StandardCharsets.UTF_8));
			}
		}
	}

	/** Where the program lies that the cache is of, if it is taken apart for it. */
	Path program() {
		return this.folder.resolve("program");
	}

	/** The JVM's option to use it; none where there is nothing to use. */
	List<String> use() {
		return Files.exists(file()) ? List.of("-XX:AOTCache=" + file()) : List.of();
	}

	/** The JVM's option to make it, when the program ends. */
	List<String> make() {
		return List.of("-XX:AOTCacheOutput=" + fresh());
	}

	/**
	 * Makes room for a new one and removes what was made for something else. What was
	 * taken apart for this one stays: a program may run from it.
	 */
	void clear() throws IOException {
		Path parent = this.folder.getParent();
		if (parent != null && Files.isDirectory(parent)) {
			try (Stream<Path> others = Files.list(parent)) {
				for (Path other : others.toList()) {
					if (!other.equals(this.folder)) {
						delete(other);
					}
				}
			}
		}
		Files.createDirectories(this.folder);
		Files.deleteIfExists(fresh());
	}

	/**
	 * What was made is whole: from now on it is used. Says whether there was anything.
	 */
	boolean adopt() throws IOException {
		if (!Files.exists(fresh())) {
			return false;
		}
		Files.move(fresh(), file(), StandardCopyOption.ATOMIC_MOVE);
		return true;
	}

	/** It is of no use. Says whether there was one. */
	boolean discard() {
		try {
			return Files.deleteIfExists(file());
		}
		catch (IOException ex) {
			throw new LaunchException(file() + " cannot be removed: " + ex.getMessage(), ex);
		}
	}

	private Path file() {
		return this.folder.resolve("program.aot");
	}

	private Path fresh() {
		return this.folder.resolve("rehearsed.aot");
	}

	private static void delete(Path folder) throws IOException {
		try (Stream<Path> files = Files.walk(folder)) {
			for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
				Files.deleteIfExists(file);
			}
		}
	}

}
