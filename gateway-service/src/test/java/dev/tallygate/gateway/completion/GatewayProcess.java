package dev.tallygate.gateway.completion;

import dev.tallygate.events.Credential;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.simulator.Simulator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A gateway in a process of its own, short of something, with its providers outside of
 * it. It is told what to do over its input.
 */
final class GatewayProcess implements AutoCloseable {

	/** Before what it answers, among what it logs. */
	private static final String MARK = "> ";

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final Process process;

	private final Writer input;

	private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

	private final Queue<String> log = new ConcurrentLinkedQueue<>();

	private final int port;

	private GatewayProcess(Process process) throws InterruptedException {
		this.process = process;
		this.input = process.outputWriter(StandardCharsets.UTF_8);
		Thread.ofPlatform().daemon().start(this::listen);
		this.port = Integer.parseInt(answer());
	}

	/**
	 * Starts one as the product's are started.
	 * @param files how many files it may have open; 0 for as many as anybody
	 * @param flags of the Java machine
	 */
	static GatewayProcess start(Simulator simulator, int files, String... flags) throws Exception {
		List<String> command = new ArrayList<>();
		if (files > 0) {
			command.addAll(List.of("sh", "-c", "ulimit -n " + files + " && exec \"$0\" \"$@\""));
		}
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(List.of(flags));
		command.addAll(List.of("-XX:+ExitOnOutOfMemoryError", "-cp", System.getProperty("java.class.path"),
				GatewayProcess.class.getName(), simulator.baseUrl("openai"), simulator.baseUrl("anthropic"),
				simulator.baseUrl("manus")));
		return new GatewayProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
	}

	int port() {
		return this.port;
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
	}

	/** The process: its arguments are where its providers are. */
	public static void main(String[] args) throws IOException {
		try (TestGateway gateway = TestGateway.with()
			.heap(90, Duration.ofSeconds(1))
			.idle(PATIENCE)
			.firstByte(PATIENCE)
			.start()) {
			loadClasses(gateway);
			gateway.revealAt("openai", URI.create(args[0]), Credential.SYSTEM, TestGateway.SYSTEM_KEY);
			gateway.reveals.put("anthropic", gateway.anthropicAt(args[1]));
			gateway.revealAt("manus", URI.create(args[2]), Credential.SYSTEM, TestGateway.SYSTEM_KEY);
			gateway.keys.invalidateAll();
			say(String.valueOf(gateway.port()));
			List<byte[]> ballast = new ArrayList<>();
			try (BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
				orders.lines().forEach((order) -> obey(order, gateway, ballast));
			}
		}
	}

	/**
	 * Classes are files here, of which there may be none when a call fails; the product
	 * is one file, and open.
	 */
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

	private static void obey(String order, TestGateway gateway, List<byte[]> ballast) {
		String[] words = order.split(" ", -1);
		switch (words[0]) {
			case "fill" -> fill(Integer.parseInt(words[1]), ballast);
			case "release" -> ballast.clear();
			case "live" -> System.gc();
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
