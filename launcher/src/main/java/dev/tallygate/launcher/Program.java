package dev.tallygate.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a JVM is told to run a part: as it was built, or, once it is prepared, taken apart
 * and with what the JVM remembers of a rehearsal. That halves the work of a start.
 */
final class Program {

	private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

	private final List<String> flags;

	private final List<String> asBuilt;

	private final @Nullable Path jar;

	private final @Nullable AotCache cache;

	private Program(List<String> flags, List<String> asBuilt, @Nullable Path jar, @Nullable AotCache cache) {
		this.flags = List.copyOf(flags);
		this.asBuilt = List.copyOf(asBuilt);
		this.jar = jar;
		this.cache = cache;
	}

	/** A jar that is run as it is. */
	static Program of(Path jar, List<String> flags) {
		return new Program(flags, List.of("-jar", jar.toString()), jar, null);
	}

	/** An executable jar of Spring Boot; what it is prepared into lies beside it. */
	static Program ofBoot(Path jar, List<String> flags) {
		return new Program(flags, List.of("-jar", jar.toString()), jar,
				AotCache.of(jar.resolveSibling("prepared"), jar, flags));
	}

	/**
	 * A class of this launcher. The JVM remembers nothing of classes that lie in folders,
	 * as in an IDE.
	 */
	static Program ofClass(Class<?> main, List<String> flags, String argument) {
		String classPath = System.getProperty("java.class.path");
		List<String> run = List.of("-cp", classPath, main.getName(), argument);
		Path own = Path.of(main.getProtectionDomain().getCodeSource().getLocation().getPath());
		if (!Files.isRegularFile(own)) {
			return new Program(flags, run, null, null);
		}
		List<String> rest = new ArrayList<>(flags);
		rest.add(classPath);
		return new Program(flags, run, null, AotCache.of(own.resolveSibling("prepared"), own, rest));
	}

	/**
	 * The command that runs it, as quick as it is prepared for.
	 * @param more further options of the JVM
	 */
	List<String> command(List<String> more) {
		List<String> options = new ArrayList<>((this.cache != null) ? this.cache.use() : List.of());
		options.addAll(more);
		return withOptions(options);
	}

	/** The command that runs it and has the JVM write down what to remember. */
	List<String> rehearsal() {
		return withOptions((this.cache != null) ? this.cache.make() : List.of());
	}

	private List<String> withOptions(List<String> more) {
		List<String> command = new ArrayList<>(List.of(JAVA));
		command.addAll(this.flags);
		// Whether a part of the cache could be used is no news.
		command.add("-Xlog:aot*=error");
		command.addAll(more);
		Path apart = apart();
		command.addAll((apart != null && Files.exists(apart)) ? List.of("-jar", apart.toString()) : this.asBuilt);
		return command;
	}

	private @Nullable Path apart() {
		return (this.jar != null && this.cache != null) ? this.cache.program().resolve(this.jar.getFileName()) : null;
	}

	/** Throws away what was rehearsed before and takes the jar apart. */
	void prepare() throws IOException, InterruptedException {
		if (this.cache == null) {
			return;
		}
		this.cache.clear();
		if (this.jar != null && !Files.isDirectory(this.cache.program())) {
			takeApart(this.jar, this.cache.program());
		}
	}

	/** With the tool that Spring Boot puts into the jar. */
	private static void takeApart(Path jar, Path target) throws IOException, InterruptedException {
		Path fresh = target.resolveSibling("taking-apart");
		Process process = new ProcessBuilder(JAVA, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djarmode=tools",
				"-jar", jar.toString(), "extract", "--destination", fresh.toString())
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.start();
		if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
			process.destroyForcibly();
			throw new IOException(jar + " cannot be taken apart");
		}
		Files.move(fresh, target);
	}

	/** The rehearsal ended well; says whether there is something to remember. */
	boolean adopt() throws IOException {
		return this.cache != null && this.cache.adopt();
	}

	/**
	 * Throws away what the JVM remembers, when that may be why it does not start. Says
	 * whether there was anything.
	 */
	boolean forget() {
		return this.cache != null && this.cache.discard();
	}

}
