package dev.tallygate.launcher;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Starts everything once on data of its own, makes a few calls and stops it, so that
 * every JVM knows what it will need: later starts take half the work.
 */
final class Rehearsal {

	/** Without one, starts are slower and nothing else: it is not worth a longer wait. */
	private static final Duration START_AT_MOST = Duration.ofMinutes(4);

	private static final int ROUNDS = 10;

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
			call(settings.get("TALLYGATE_URL"), "/v1/chat/completions", chat(i), key);
			call(settings.get("TALLYGATE_METERING_URL"), "/api/users/me/usage/summary", "", key);
			call(settings.get("TALLYGATE_BUDGETS_URL"), "/api/users/me/budget", "", key);
			call(settings.get("TALLYGATE_CONSOLE_URL"), "/", "", key);
		}
	}

	private static String chat(int number) {
		return """
				{"model":"gpt-4o-mini","stream":%s,"messages":[{"role":"user","content":"Say hello %d"}]}"""
			.formatted(number % 2 == 0, number);
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
