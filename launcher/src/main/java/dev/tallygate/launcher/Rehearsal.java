package dev.tallygate.launcher;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Starts everything once on data of its own, makes a few calls and stops it, so that
 * every JVM knows what it will need: later starts take half the work.
 */
final class Rehearsal {

	/** Without one, starts are slower and nothing else: it is not worth a longer wait. */
	private static final Duration START_AT_MOST = Duration.ofMinutes(4);

	private static final int ROUNDS = 10;

	/**
	 * So many that the JVM knows which methods matter and what they are called with,
	 * which it remembers too (JEP 515): the first calls after a start then cost half.
	 */
	private static final int CALLS = 4000;

	private static final int CALLERS = 8;

	/** The longest that all of these calls may take; what is not made by then is not. */
	private static final Duration CALLS_AT_MOST = Duration.ofSeconds(40);

	private final Stack stack;

	private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private Rehearsal(Stack stack) {
		this.stack = stack;
	}

	/**
	 * Rehearses the services of a project's folder.
	 * @param home where data lives for the moment
	 * @throws LaunchException when something does not start or not in time
	 */
	static void run(Path root, Path home, Map<String, String> environment) throws InterruptedException {
		Stack stack = Stack
			.rehearse(new Stack.Plan(root, home, true, true, 1, Ports.free(), path(environment), Map.of()));
		Runtime.getRuntime().addShutdownHook(new Thread(stack::close, "stop"));
		try {
			new Rehearsal(stack).run();
		}
		catch (IOException ex) {
			throw new LaunchException(String.valueOf(ex.getMessage()), ex);
		}
		finally {
			stack.close();
		}
	}

	/** Nothing the caller has set belongs into a rehearsal. */
	private static Map<String, String> path(Map<String, String> environment) {
		return Map.of("PATH", environment.getOrDefault("PATH", "/usr/bin:/bin"));
	}

	private void run() throws IOException, InterruptedException {
		this.stack.takeApart();
		Thread self = Thread.currentThread();
		Thread limit = Thread.ofVirtual().start(() -> interruptLater(self));
		try {
			this.stack.start((line) -> {
			});
			calls(this.stack.clientSettings());
		}
		finally {
			limit.interrupt();
		}
		this.stack.closeAndRemember();
	}

	private static void interruptLater(Thread thread) {
		try {
			Thread.sleep(START_AT_MOST);
			thread.interrupt();
		}
		catch (InterruptedException ex) {
			// It was quick enough.
		}
	}

	private void calls(Map<String, String> settings) throws IOException, InterruptedException {
		String key = settings.getOrDefault("TALLYGATE_DEMO_KEY", "");
		for (int i = 0; i < ROUNDS; i++) {
			call(settings.get("TALLYGATE_METERING_URL"), "/api/users/me/usage/summary", "", key);
			call(settings.get("TALLYGATE_BUDGETS_URL"), "/api/users/me/budget", "", key);
			call(settings.get("TALLYGATE_CONSOLE_URL"), "/", "", key);
		}
		String gateway = settings.get("TALLYGATE_URL");
		AtomicInteger number = new AtomicInteger();
		long deadline = System.nanoTime() + CALLS_AT_MOST.toNanos();
		List<Thread> callers = new ArrayList<>();
		for (int i = 0; i < CALLERS; i++) {
			callers.add(Thread.ofVirtual().start(() -> {
				int next = number.getAndIncrement();
				while (next < CALLS && System.nanoTime() - deadline < 0) {
					relayed(gateway, next, key);
					next = number.getAndIncrement();
				}
			}));
		}
		for (Thread caller : callers) {
			caller.join();
		}
	}

	/** Mostly plain chat, a stream now and then, and every wire. */
	private void relayed(@Nullable String gateway, int number, String key) {
		String text = "Say hello " + number + " [[sim: output=8]]";
		try {
			switch (number % 16) {
				case 1, 9 -> call(gateway, "/v1/chat/completions", """
						{"model":"gpt-4o-mini","stream":true,"messages":[{"role":"user","content":"%s"}]}"""
					.formatted(text), key);
				case 3, 11 -> call(gateway, "/v1/messages",
						"""
								{"model":"anthropic:claude-haiku-4-5","max_tokens":50,"stream":%s,"messages":[{"role":"user","content":"%s"}]}"""
							.formatted(number % 16 == 3, text),
						key);
				case 5, 13 -> call(gateway, "/v1/responses", """
						{"model":"gpt-4o-mini","store":false,"stream":%s,"input":"%s"}""".formatted(number % 16 == 5,
						text), key);
				case 7 -> call(gateway, "/v1/embeddings", """
						{"model":"openai:text-embedding-3-small","input":"%s"}""".formatted(text), key);
				case 15 -> call(gateway, "/v1/messages", """
						{"model":"openai:gpt-4o-mini","max_tokens":50,"messages":[{"role":"user","content":"%s"}]}"""
					.formatted(text), key);
				default -> call(gateway, "/v1/chat/completions", """
						{"model":"openai:gpt-4o-mini","max_tokens":50,"messages":[{"role":"user","content":"%s"}]}"""
					.formatted(text), key);
			}
		}
		catch (IOException ex) {
			// The others do.
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Whatever is answered: the calls are made for what happens on the way. */
	private void call(@Nullable String url, String path, String body, String key)
			throws IOException, InterruptedException {
		if (url == null) {
			return;
		}
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
			.timeout(Duration.ofSeconds(30))
			.header("authorization", "Bearer " + key)
			.header("content-type", "application/json");
		if (!body.isEmpty()) {
			request.POST(HttpRequest.BodyPublishers.ofString(body));
		}
		this.http.send(request.build(), HttpResponse.BodyHandlers.discarding());
	}

}
