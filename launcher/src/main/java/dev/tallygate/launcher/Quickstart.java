package dev.tallygate.launcher;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What {@code ./quickstart} runs: starts everything, says where it is, and stops
 * everything it started when it is told to end.
 */
public final class Quickstart {

	private final Options options;

	private final Path root;

	private final Map<String, String> environment;

	private final AtomicBoolean stopping = new AtomicBoolean();

	private volatile @Nullable LaterRehearsal later;

	private Quickstart(Options options, Path root, Map<String, String> environment) {
		this.options = options;
		this.root = root;
		this.environment = environment;
	}

	/**
	 * Runs until it is told to stop. The project's folder is in property
	 * {@code tallygate.root}, the caller's in {@code tallygate.caller}, the caller's
	 * environment in the file that {@code tallygate.environment} names, and whether a
	 * start is to be rehearsed later in {@code tallygate.rehearse}.
	 */
	public static void main(String[] arguments) {
		if (List.of(arguments).contains("--help")) {
			System.out.print(Options.usage());
			return;
		}
		try {
			Path root = Path.of(System.getProperty("tallygate.root", ".")).toAbsolutePath().normalize();
			Path caller = root.resolve(System.getProperty("tallygate.caller", "."));
			Map<String, String> environment = CallersEnvironment.read(System.getProperty("tallygate.environment"),
					caller);
			if (List.of(arguments).contains("--prepare")) {
				prepare(root, environment);
				return;
			}
			if (List.of(arguments).equals(List.of("doctor"))) {
				System.exit(Doctor.run(root.resolve(".tallygate"), environment) ? 0 : 1);
			}
			new Quickstart(Options.parse(arguments, environment), root, environment).run();
		}
		catch (LaunchException ex) {
			System.err.println(ex.getMessage());
			System.exit(1);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** What does not work here makes later starts slower, and nothing worse. */
	private static void prepare(Path root, Map<String, String> environment) throws InterruptedException {
		long began = System.nanoTime();
		Path home = root.resolve(".tallygate").resolve("rehearsal-" + ProcessHandle.current().pid());
		try {
			Rehearsal.run(root, home, environment);
			System.out.println("Prepared quick starts in " + secondsSince(began) + " s.");
		}
		catch (LaunchException ex) {
			System.err.println("Quick starts could not be prepared; starts take longer. " + ex.getMessage());
		}
	}

	private static long secondsSince(long began) {
		return Duration.ofNanos(System.nanoTime() - began).toSeconds();
	}

	private void run() throws InterruptedException {
		long began = System.nanoTime();
		Path visible = this.root.resolve(".tallygate");
		Path home = home(visible);
		ClientSettings settings = new ClientSettings(visible, home, this.options.ephemeral());
		Stack stack = Stack.prepare(plan(home));
		CountDownLatch stopped = new CountDownLatch(1);
		Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(stack, settings, stopped), "stop"));
		System.out.println("Starting on " + stack.ports().url(Service.GATEWAY) + ", data in " + home);
		stack.warnings().forEach((warning) -> System.out.println("Note: " + warning));
		try {
			ready(stack, settings, began);
		}
		catch (LaunchException ex) {
			// Told to stop while it was starting: what then fails is no news.
			if (!this.stopping.get()) {
				throw ex;
			}
		}
		stopped.await();
	}

	private void ready(Stack stack, ClientSettings settings, long began) throws InterruptedException {
		stack.start(System.out::println);
		settings.write(stack.clientSettings());
		new Supervisor(stack, this.stopping, () -> System.exit(1)).watch();
		System.out.println("Tallygate is ready after " + secondsSince(began) + " s. Ctrl-C stops it.");
		System.out.println(whatNext(settings.file(), stack));
		if (Boolean.getBoolean("tallygate.rehearse")) {
			this.later = LaterRehearsal.of(this.root, this.environment);
		}
	}

	private Stack.Plan plan(Path home) {
		return new Stack.Plan(this.root, home, this.options.ephemeral(), this.options.simulator(),
				this.options.gateways(), this.options.ports(), this.environment, Map.of());
	}

	private Path home(Path visible) {
		try {
			Folders.makePrivate(visible);
			return this.options.ephemeral() ? visible.resolve("ephemeral-" + ProcessHandle.current().pid()) : visible;
		}
		catch (IOException ex) {
			throw new LaunchException("The data folder " + visible + " cannot be made: " + ex.getMessage(), ex);
		}
	}

	private static String whatNext(Path settings, Stack stack) {
		StringBuilder text = new StringBuilder("\nTry:\n\n  . '").append(settings).append("'\n");
		if (stack.has(Service.GATEWAY)) {
			text.append("""
					  curl -s "$TALLYGATE_URL/v1/chat/completions" -H "Authorization: Bearer $TALLYGATE_DEMO_KEY" \\
					    -H 'Content-Type: application/json' \\
					    -d '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Say hello"}]}'
					""");
		}
		if (stack.has(Service.METERING)) {
			text.append(
					"""
							  curl -s "$TALLYGATE_METERING_URL/api/users/me/usage/summary" -H "Authorization: Bearer $TALLYGATE_DEMO_KEY"
							""");
		}
		if (stack.has(Service.CONSOLE)) {
			text.append("\nThe console is at ")
				.append(stack.ports().url(Service.CONSOLE))
				.append("; sign in with TALLYGATE_DEMO_KEY of that file.\n");
		}
		return text.toString();
	}

	private void stop(Stack stack, ClientSettings settings, CountDownLatch stopped) {
		this.stopping.set(true);
		System.out.println("Stopping …");
		LaterRehearsal rehearsal = this.later;
		if (rehearsal != null) {
			rehearsal.close();
		}
		settings.withdraw();
		stack.close();
		System.out.println("Stopped.");
		stopped.countDown();
	}

}
