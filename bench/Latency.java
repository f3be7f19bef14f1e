import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Calls the provider directly and through the gateway by turns, at a fixed rate whatever
 * the answers take, and tells how long each way took. Turn by turn, because what else the
 * machine does then weighs on both alike.
 */
class Latency {

	private static final String LENGTH = "content-length:";

	public static void main(String[] args) throws Exception {
		Way direct = new Way(URI.create(args[0]), args[1]);
		Way governed = new Way(URI.create(args[2]), args[3]);
		int rate = Integer.parseInt(args[4]);
		int seconds = Integer.parseInt(args[5]);
		run(direct, governed, rate, Math.min(seconds, 10));
		direct.forget();
		governed.forget();
		run(direct, governed, rate, seconds);
		System.out.printf("direct   %s%ngoverned %s%nadded    p50 %.2f ms  p99 %.2f ms%n", direct, governed,
				governed.quantile(0.5) - direct.quantile(0.5), governed.quantile(0.99) - direct.quantile(0.99));
	}

	private static void run(Way direct, Way governed, int rate, int seconds) throws InterruptedException {
		long every = 1_000_000_000L / rate;
		long start = System.nanoTime();
		Thread[] callers = new Thread[2 * rate * seconds];
		for (int i = 0; i < callers.length; i++) {
			Way way = (i % 2 == 0) ? direct : governed;
			LockSupport.parkNanos(start + i * every / 2 - System.nanoTime());
			callers[i] = Thread.ofVirtual().start(way::call);
		}
		for (Thread caller : callers) {
			caller.join();
		}
	}

	/** One way to an answer, with connections that are kept. */
	private static final class Way {

		private final URI url;

		private final String request;

		private final AtomicInteger number = new AtomicInteger(10_000_000);

		private final BlockingQueue<Socket> idle = new LinkedBlockingQueue<>();

		private final double[] millis = new double[1_000_000];

		private final AtomicInteger count = new AtomicInteger();

		private final AtomicInteger failed = new AtomicInteger();

		Way(URI url, String key) {
			this.url = url;
			String body = "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":"
					+ "\"Say hello to bench 00000000 [[sim: output=8]]\"}],\"max_tokens\":50}";
			this.request = ("POST " + url.getPath() + " HTTP/1.1\r\nHost: " + url.getAuthority()
					+ "\r\nAuthorization: Bearer " + key + "\r\nContent-Type: application/json\r\nContent-Length: "
					+ body.length() + "\r\n\r\n" + body);
		}

		void call() {
			try {
				Socket socket = this.idle.poll();
				if (socket == null) {
					socket = new Socket();
					socket.setTcpNoDelay(true);
					socket.connect(new InetSocketAddress(this.url.getHost(), this.url.getPort()));
				}
				// The same prompt again and again is taken for a loop that has run away.
				byte[] request = this.request.replace("00000000", Integer.toString(this.number.getAndIncrement()))
					.getBytes(StandardCharsets.UTF_8);
				long began = System.nanoTime();
				socket.getOutputStream().write(request);
				read(socket.getInputStream());
				this.millis[this.count.getAndIncrement()] = (System.nanoTime() - began) / 1e6;
				this.idle.add(socket);
			}
			catch (IOException ex) {
				this.failed.incrementAndGet();
			}
		}

		private static void read(InputStream in) throws IOException {
			byte[] buffer = new byte[8192];
			int length = 0;
			int end = -1;
			while (end < 0 || length < end) {
				int more = in.read(buffer, length, buffer.length - length);
				if (more < 0) {
					throw new IOException("ended early");
				}
				length += more;
				end = (end < 0) ? end(new String(buffer, 0, length, StandardCharsets.ISO_8859_1)) : end;
			}
			if (!new String(buffer, 0, 12, StandardCharsets.ISO_8859_1).equals("HTTP/1.1 200")) {
				throw new IOException("refused");
			}
		}

		/** Where the answer ends; -1 while its head is not whole. */
		private static int end(String seen) {
			int head = seen.indexOf("\r\n\r\n");
			int at = seen.toLowerCase(Locale.ROOT).indexOf(LENGTH);
			if (head < 0 || at < 0) {
				return -1;
			}
			int from = at + LENGTH.length();
			return head + 4 + Integer.parseInt(seen.substring(from, seen.indexOf('\r', from)).strip());
		}

		void forget() {
			this.count.set(0);
			this.failed.set(0);
		}

		double quantile(double share) {
			double[] sorted = Arrays.copyOf(this.millis, this.count.get());
			Arrays.sort(sorted);
			return sorted[(int) (share * (sorted.length - 1))];
		}

		@Override
		public String toString() {
			return String.format("p50 %.2f ms  p90 %.2f ms  p99 %.2f ms  %d calls, %d failed", quantile(0.5),
					quantile(0.9), quantile(0.99), this.count.get(), this.failed.get());
		}

	}

}
