package dev.tallygate.gateway.completion;

import dev.tallygate.events.Credential;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.simulator.Simulator;
import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

/**
 * A gateway in a process of its own, short of something, with its providers outside of
 * it. It is told what to do over its input.
 */
final class GatewayProcess implements AutoCloseable {

	/** Before what it answers, among what it logs. */
	private static final String MARK = "> ";

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	/** How long it waits for callers who do not read. */
	static final Duration CALLERS_PATIENCE = Duration.ofSeconds(3);

	private final Process process;

	private final Writer input;

	private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

	private final Queue<String> log = new ConcurrentLinkedQueue<>();

	/** Of its own, to be deleted in the end. */
	private final @Nullable Path folder;

	private int port;

	private GatewayProcess(Process process, @Nullable Path folder) {
		this.process = process;
		this.folder = folder;
		this.input = process.outputWriter(StandardCharsets.UTF_8);
		Thread.ofPlatform().daemon().start(this::listen);
	}

	/**
	 * Starts one as the product's are started.
	 * @param files how many files it may have open; 0 for as many as anybody
	 * @param flags of the Java machine
	 */
	static GatewayProcess start(Simulator simulator, int files, String... flags) throws Exception {
		List<String> command = new ArrayList<>();
		String classes = System.getProperty("java.class.path");
		Path folder = null;
		if (files > 0) {
			folder = Files.createTempDirectory("gateway");
			classes = jars(classes, folder);
			command.addAll(List.of("sh", "-c", "ulimit -n " + files + " && exec \"$0\" \"$@\""));
		}
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(List.of(flags));
		command.addAll(List.of("-XX:+ExitOnOutOfMemoryError", "-cp", classes, GatewayProcess.class.getName(),
				simulator.url()));
		GatewayProcess gateway = new GatewayProcess(new ProcessBuilder(command).redirectErrorStream(true).start(),
				folder);
		boolean started = false;
		try {
			gateway.port = Integer.parseInt(gateway.answer());
			started = true;
			return gateway;
		}
		finally {
			if (!started) {
				gateway.close();
			}
		}
	}

	/**
	 * Classes are files, of which there may be none when one is needed. The product is
	 * one file, and open; so are jars that were looked into.
	 */
	private static String jars(String classPath, Path folder) throws IOException {
		List<String> jars = new ArrayList<>();
		for (String entry : classPath.split(File.pathSeparator, -1)) {
			Path classes = Path.of(entry);
			if (Files.isDirectory(classes)) {
				Path jar = folder.resolve(jars.size() + ".jar");
				pack(classes, jar);
				jars.add(jar.toString());
			}
			else {
				jars.add(entry);
			}
		}
		return String.join(File.pathSeparator, jars);
	}

	private static void pack(Path classes, Path jar) throws IOException {
		try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
				Stream<Path> files = Files.walk(classes)) {
			out.setLevel(Deflater.NO_COMPRESSION);
			for (Path file : files.filter((each) -> !each.equals(classes)).toList()) {
				boolean folder = Files.isDirectory(file);
				out.putNextEntry(new JarEntry(classes.relativize(file) + (folder ? "/" : "")));
				if (!folder) {
					Files.copy(file, out);
				}
				out.closeEntry();
			}
		}
	}

	int port() {
		return this.port;
	}

	/** How long it has computed so far. */
	Duration computed() {
		return this.process.info().totalCpuDuration().orElse(Duration.ZERO);
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	/** What it logged, and how it ended. */
	String said() {
		return String.join("\n", this.log) + (isAlive() ? "" : "\nended with " + this.process.exitValue());
	}

	/** Tells it to do something and waits until it has. */
	String tell(String what) throws InterruptedException {
		try {
			this.input.write(what + '\n');
			this.input.flush();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(said(), ex);
		}
		return answer();
	}

	private String answer() throws InterruptedException {
		String answer = this.answers.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		if (answer == null) {
			throw new IllegalStateException("no answer: " + said());
		}
		return answer;
	}

	private void listen() {
		try (BufferedReader reader = this.process.inputReader(StandardCharsets.UTF_8)) {
			reader.lines().forEach((line) -> {
				if (line.startsWith(MARK)) {
					this.answers.add(line.substring(MARK.length()));
				}
				else {
					this.log.add(line);
				}
			});
		}
		catch (IOException | UncheckedIOException ex) {
			this.log.add(ex.toString());
		}
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
		this.process.onExit().join();
		if (this.folder != null) {
			FileSystemUtils.deleteRecursively(this.folder.toFile());
		}
	}

	/** All providers are there, and take the operator's key. */
	private static void lead(TestGateway gateway, String url) {
		for (String provider : List.of("openai", "manus")) {
			gateway.revealAt(provider, URI.create(url + '/' + provider + "/v1"), Credential.SYSTEM,
					TestGateway.SYSTEM_KEY);
		}
		gateway.reveals.put("anthropic", gateway.anthropicAt(url + "/anthropic/v1"));
		gateway.keys.invalidateAll();
	}

	/** The process: its argument is where its providers are. */
	public static void main(String[] args) throws IOException {
		try (TestGateway gateway = TestGateway.with()
			.heap(90, Duration.ofSeconds(1))
			.idle(PATIENCE)
			.firstByte(PATIENCE)
			.patience(CALLERS_PATIENCE)
			.start()) {
			openJars();
			loadClasses(gateway);
			lead(gateway, args[0]);
			say(String.valueOf(gateway.port()));
			Ballast ballast = new Ballast(new ArrayList<>(), new ArrayDeque<>());
			try (BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
				orders.lines().forEach((order) -> obey(order, gateway, ballast));
			}
		}
	}

	/** Each is looked into for what is in none. */
	private static void openJars() throws IOException {
		Collections.list(GatewayProcess.class.getClassLoader().getResources("nothing/of/this/name"));
	}

	/** Of what fails later, when there is no room for them. */
	private static void loadClasses(TestGateway gateway) {
		for (Road road : Road.values()) {
			road.leadTo(gateway, "http://127.0.0.1:1");
			try {
				gateway.post(road.path, road.ask("one", ""));
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}
		gateway.calls.clear();
	}

	private static void obey(String order, TestGateway gateway, Ballast ballast) {
		String[] words = order.split(" ", -1);
		switch (words[0]) {
			case "fill" -> fill(Integer.parseInt(words[1]), ballast.memory());
			case "open" -> openAll(ballast.files());
			case "release" -> ballast.release();
			case "live" -> System.gc();
			case "clear" -> {
				gateway.calls.clear();
				System.gc();
			}
			default -> {
				say(gateway.calls.settled()
					.stream()
					.collect(Collectors.groupingBy(UsageSettled::status, Collectors.counting()))
					.toString());
				return;
			}
		}
		MemoryUsage heap = heap();
		say((heap.getUsed() >> 20) + " of " + (heap.getMax() >> 20) + " MiB");
	}

	/** Takes all files that are left. */
	private static void openAll(Deque<InputStream> files) {
		try {
			while (true) {
				files.push(new FileInputStream("/dev/null"));
			}
		}
		catch (IOException ex) {
			// there are no more
		}
	}

	private static void close(InputStream file) {
		try {
			file.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** What it holds on to, so that nobody else has it. */
	private record Ballast(List<byte[]> memory, Deque<InputStream> files) {

		void release() {
			this.memory.clear();
			this.files.forEach(GatewayProcess::close);
			this.files.clear();
		}

	}

	/** Fills the heap with what is in use, up to so many percent of it. */
	private static void fill(int percent, List<byte[]> ballast) {
		System.gc();
		MemoryUsage heap = heap();
		long missing = heap.getMax() / 100 * percent - heap.getUsed();
		int piece = 16 * 1024;
		for (long filled = 0; filled < missing; filled += piece) {
			ballast.add(new byte[piece - 16]);
		}
		System.gc();
	}

	private static MemoryUsage heap() {
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
	}

	private static void say(String what) {
		System.out.println(MARK + what);
	}

}
