package dev.tallygate.console;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A real Chromium without a window, driven over its own DevTools protocol, so that no
 * other program is needed to look at the pages as people do.
 */
final class Chromium implements AutoCloseable {

	private static final JsonMapper JSON = JsonMapper.shared();

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final String LISTENING = "DevTools listening on ";

	private final Process process;

	private final Path profile;

	private final WebSocket socket;

	private final AtomicInteger ids = new AtomicInteger();

	private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();

	private final Map<String, Tab> tabs = new ConcurrentHashMap<>();

	private Chromium(Process process, Path profile, String address) {
		this.process = process;
		this.profile = profile;
		this.socket = HttpClient.newHttpClient()
			.newWebSocketBuilder()
			.buildAsync(URI.create(address), new Incoming())
			.join();
	}

	/** Where one is; empty where none is installed. */
	static Optional<Path> installed() {
		String named = System.getenv("CHROMIUM");
		return Stream
			.of(String.valueOf(named), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome",
					"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
			.map(Path::of)
			.filter(Files::isExecutable)
			.findFirst();
	}

	/**
	 * Starts one.
	 * @param more arguments, such as where a host name leads to
	 */
	static Chromium start(String... more) {
		try {
			Path profile = Files.createTempDirectory("chromium");
			List<String> command = new ArrayList<>(List.of(installed().orElseThrow().toString(), "--headless=new",
					"--remote-debugging-port=0", "--user-data-dir=" + profile, "--no-sandbox", "--disable-gpu",
					"--disable-dev-shm-usage", "--disable-quic", "--no-first-run", "--no-default-browser-check",
					"--disable-background-networking", "--disable-component-update", "--disable-sync",
					"--disable-extensions", "--hide-scrollbars"));
			command.addAll(List.of(more));
			command.add("about:blank");
			Process process = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
			return new Chromium(process, profile, address(process));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String address(Process process) throws IOException {
		BufferedReader errors = new BufferedReader(
				new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
		String line = errors.readLine();
		while (line != null && !line.startsWith(LISTENING)) {
			line = errors.readLine();
		}
		if (line == null) {
			throw new IOException("Chromium ended at once");
		}
		// Read on, or it would block on a full pipe.
		Thread.ofVirtual().start(() -> errors.lines().forEach((more) -> {
		}));
		return line.substring(LISTENING.length()).strip();
	}

	/** A tab with cookies of its own. */
	Tab open() {
		String context = call(null, "Target.createBrowserContext", Map.of()).get("browserContextId").asString();
		String target = call(null, "Target.createTarget", Map.of("url", "about:blank", "browserContextId", context))
			.get("targetId")
			.asString();
		String session = call(null, "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
			.get("sessionId")
			.asString();
		Tab tab = new Tab(session);
		this.tabs.put(session, tab);
		tab.call("Page.enable", Map.of());
		tab.call("Runtime.enable", Map.of());
		tab.call("Log.enable", Map.of());
		return tab;
	}

	private JsonNode call(@Nullable String session, String method, Map<String, ?> parameters) {
		int id = this.ids.incrementAndGet();
		CompletableFuture<JsonNode> answer = new CompletableFuture<>();
		this.waiting.put(id, answer);
		Map<String, Object> message = new java.util.LinkedHashMap<>(
				Map.of("id", id, "method", method, "params", parameters));
		if (session != null) {
			message.put("sessionId", session);
		}
		synchronized (this.socket) {
			this.socket.sendText(JSON.writeValueAsString(message), true).join();
		}
		JsonNode said = get(answer, method);
		if (said.has("error")) {
			throw new IllegalStateException(method + ": " + said.get("error"));
		}
		return said.get("result");
	}

	private static <T> T get(CompletableFuture<T> answer, String what) {
		try {
			return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		}
		catch (TimeoutException ex) {
			throw new AssertionError("Chromium did not come to an end with " + what, ex);
		}
		catch (ExecutionException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		try {
			this.process.destroy();
			if (!this.process.waitFor(10, TimeUnit.SECONDS)) {
				this.process.destroyForcibly().waitFor();
			}
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		// Its helpers end after it and write meanwhile.
		Awaitility.await()
			.ignoreExceptions()
			.until(() -> FileSystemUtils.deleteRecursively(this.profile) || Files.notExists(this.profile));
	}

	/**
	 * A page as a person has it.
	 */
	final class Tab {

		private final String session;

		private final List<String> troubles = new CopyOnWriteArrayList<>();

		private volatile CompletableFuture<Void> loaded = new CompletableFuture<>();

		private Tab(String session) {
			this.session = session;
		}

		private JsonNode call(String method, Map<String, ?> parameters) {
			return Chromium.this.call(this.session, method, parameters);
		}

		private void happened(String method, JsonNode about) {
			switch (method) {
				case "Page.loadEventFired" -> this.loaded.complete(null);
				case "Runtime.exceptionThrown" ->
					this.troubles.add(about.at("/exceptionDetails/exception/description").asString());
				case "Log.entryAdded" -> {
					if ("error".equals(about.at("/entry/level").asString())) {
						this.troubles.add(about.at("/entry/text").asString());
					}
				}
				default -> {
				}
			}
		}

		/** Errors of scripts, refusals by the content security policy, and the like. */
		List<String> troubles() {
			return this.troubles;
		}

		void size(int width, int height) {
			call("Emulation.setDeviceMetricsOverride",
					Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
		}

		void dark(boolean dark) {
			call("Emulation.setEmulatedMedia", Map.of("features",
					List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
		}

		/** Loses a cookie, as when a session has ended. */
		void forget(String cookie, String address) {
			call("Network.deleteCookies", Map.of("name", cookie, "url", address));
		}

		void go(String address) {
			loading(() -> call("Page.navigate", Map.of("url", address)));
		}

		/** Does something that leads to another page, and waits for it. */
		void loading(Runnable action) {
			this.loaded = new CompletableFuture<>();
			action.run();
			get(this.loaded, "loading a page");
		}

		/** Runs a script of the test's own, which no policy of the page hinders. */
		JsonNode run(String script) {
			JsonNode answer = call("Runtime.evaluate",
					Map.of("expression", script, "awaitPromise", true, "returnByValue", true));
			if (answer.has("exceptionDetails")) {
				throw new AssertionError(script.substring(0, Math.min(200, script.length())) + ": "
						+ answer.at("/exceptionDetails/exception/description").asString());
			}
			return answer.at("/result/value");
		}

		String text(String selector) {
			return run("(document.querySelector(" + JSON.writeValueAsString(selector) + ")?.innerText ?? '').trim()")
				.asString();
		}

		void type(String selector, String text) {
			run("(() => { const field = document.querySelector(" + JSON.writeValueAsString(selector)
					+ "); field.focus(); field.value = ''; })()");
			call("Input.insertText", Map.of("text", text));
		}

		/** The whole page as a JPEG. */
		byte[] picture() {
			JsonNode size = call("Page.getLayoutMetrics", Map.of()).get("cssContentSize");
			Map<String, Object> all = Map.of("x", 0, "y", 0, "width", size.get("width").asInt(), "height",
					size.get("height").asInt(), "scale", 1);
			return Base64.getDecoder()
				.decode(call("Page.captureScreenshot",
						Map.of("format", "jpeg", "quality", 78, "captureBeyondViewport", true, "clip", all))
					.get("data")
					.asString());
		}

		void choose(String selector, String value) {
			run("document.querySelector(" + JSON.writeValueAsString(selector) + ").value = "
					+ JSON.writeValueAsString(value));
		}

		/**
		 * Waits until a condition in the page's own language holds, on whichever page.
		 */
		void until(String condition) {
			Awaitility.await(condition)
				.atMost(PATIENCE)
				.pollDelay(Duration.ZERO)
				.pollInterval(Duration.ofMillis(50))
				.ignoreExceptions()
				.until(() -> run(condition).asBoolean());
		}

		/** Waits until something of the page has this text in it. */
		void shows(String selector, String text) {
			until("[...document.querySelectorAll(" + JSON.writeValueAsString(selector)
					+ ")].some((one) => one.innerText.includes(" + JSON.writeValueAsString(text) + "))");
		}

		/** Clicks what leads to another page, and waits for that. */
		void follow(String selector) {
			loading(() -> click(selector));
		}

		void click(String selector) {
			run("document.querySelector(" + JSON.writeValueAsString(selector) + ").click()");
		}

		void press(String key, int code) {
			for (String kind : new String[] { "keyDown", "keyUp" }) {
				call("Input.dispatchKeyEvent", Map.of("type", kind, "key", key, "code", key, "windowsVirtualKeyCode",
						code, "text", (code == 13 && kind.equals("keyDown")) ? "\r" : ""));
			}
		}

	}

	/**
	 * Hands on what Chromium says.
	 */
	private final class Incoming implements WebSocket.Listener {

		private final StringBuilder message = new StringBuilder();

		@Override
		public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
			this.message.append(part);
			if (last) {
				JsonNode said = JSON.readTree(this.message.toString());
				this.message.setLength(0);
				take(said);
			}
			socket.request(1);
			return null;
		}

		private void take(JsonNode said) {
			if (said.has("id")) {
				CompletableFuture<JsonNode> answer = Chromium.this.waiting.remove(said.get("id").asInt());
				if (answer != null) {
					answer.complete(said);
				}
				return;
			}
			Tab tab = said.has("sessionId") ? Chromium.this.tabs.get(said.get("sessionId").asString()) : null;
			if (tab != null) {
				tab.happened(said.get("method").asString(), said.get("params"));
			}
		}

	}

}
