import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Opens many streams at once, several times over, and counts what arrives: events, events
 * that came together in one read, and the longest silence within a stream.
 */
class Streams {

	private static final AtomicLong EVENTS = new AtomicLong();

	private static final AtomicLong MERGED = new AtomicLong();

	private static final AtomicLong LONGEST = new AtomicLong();

	private static final AtomicLong BROKEN = new AtomicLong();

	public static void main(String[] args) throws Exception {
		URI url = URI.create(args[0]);
		int streams = Integer.parseInt(args[3]);
		String prompt = "Say hello to the bench. [[sim: output=" + args[4] + " delay=" + args[5] + "]]";
		Wire wire = Wire.valueOf((args.length > 7) ? args[7].toUpperCase(Locale.ROOT) : "CHAT");
		callersOf(url, args, wire.body(args[2], prompt, Integer.parseInt(args[4])), streams, wire);
	}

	/** How it is asked, and which event is the last. */
	private enum Wire {

		CHAT("/v1/chat/completions", "data: [DONE]"), MESSAGES("/v1/messages", "message_stop"),
		RESPONSES("/v1/responses", "response.completed");

		private final String path;

		private final String last;

		Wire(String path, String last) {
			this.path = path;
			this.last = last;
		}

		private String body(String model, String prompt, int tokens) {
			String start = "{\"model\":\"" + model + "\",\"stream\":true,";
			return (this == RESPONSES) ? start + "\"store\":false,\"input\":\"" + prompt + "\"}"
					: start + ((this == MESSAGES) ? "\"max_tokens\":" + (tokens + 100) + ',' : "")
							+ "\"messages\":[{\"role\":\"user\",\"content\":\"" + prompt + "\"}]}";
		}

	}

	/** The same prompt again and again is taken for a loop that has run away. */
	private static byte[] request(URI url, String[] args, String before, int number, Wire wire) {
		String body = before.replace("to the bench", "to the bench " + number);
		return ("POST " + wire.path + " HTTP/1.1\r\nHost: " + url.getAuthority() + "\r\nAuthorization: Bearer "
				+ args[1] + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
			.getBytes(StandardCharsets.UTF_8);
	}

	private static void callersOf(URI url, String[] args, String body, int streams, Wire wire)
			throws InterruptedException {
		List<Thread> callers = new ArrayList<>();
		for (int i = 0; i < streams; i++) {
			byte[] request = request(url, args, body, i, wire);
			callers.add(Thread.ofVirtual().start(() -> call(url, request, Integer.parseInt(args[6]), wire)));
		}
		for (Thread caller : callers) {
			caller.join();
		}
		System.out.println("events " + EVENTS + " merged " + MERGED + " longest_gap_ms " + LONGEST.get() / 1_000_000
				+ " broken " + BROKEN);
	}

	private static void call(URI url, byte[] request, int rounds, Wire wire) {
		try (Socket socket = new Socket()) {
			socket.setTcpNoDelay(true);
			socket.connect(new InetSocketAddress(url.getHost(), url.getPort()));
			for (int round = 0; round < rounds; round++) {
				socket.getOutputStream().write(request);
				read(socket.getInputStream(), wire);
			}
		}
		catch (IOException ex) {
			BROKEN.incrementAndGet();
		}
	}

	/** Reads one answer up to its last chunk. */
	private static void read(InputStream in, Wire wire) throws IOException {
		byte[] buffer = new byte[16 * 1024];
		String tail = "";
		long last = System.nanoTime();
		boolean first = true;
		while (!tail.endsWith("\r\n0\r\n\r\n")) {
			int count = in.read(buffer);
			if (count < 0) {
				throw new IOException("ended early");
			}
			String text = new String(buffer, 0, count, StandardCharsets.ISO_8859_1);
			if (first && !text.startsWith("HTTP/1.1 200")) {
				throw new IOException("refused");
			}
			int events = text.split("data: ", -1).length - 1;
			long now = System.nanoTime();
			EVENTS.addAndGet(events);
			if (!first && !text.contains(wire.last)) {
				MERGED.addAndGet(Math.max(0, events - 1));
				long gap = now - last;
				LONGEST.accumulateAndGet(gap, Math::max);
			}
			first = false;
			last = now;
			tail = (tail + text).substring(Math.max(0, tail.length() + text.length() - 16));
		}
	}

}
