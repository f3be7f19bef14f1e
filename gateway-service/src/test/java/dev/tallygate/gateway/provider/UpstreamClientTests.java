package dev.tallygate.gateway.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tallygate.gateway.dialect.SplicedBody;
import dev.tallygate.gateway.provider.UpstreamException.Kind;
import dev.tallygate.security.trace.Tracing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.util.unit.DataSize;

@Timeout(60)
class UpstreamClientTests {

	private final Watch watch = new Watch();

	private final List<UpstreamClient> clients = new ArrayList<>();

	@BeforeEach
	void start() {
		this.watch.start();
	}

	@AfterEach
	void stop() {
		this.clients.forEach(UpstreamClient::close);
		this.watch.close();
	}

	@Test
	void noticesThatAConnectionWasClosedWithTheLastByte() throws Exception {
		try (StubProvider stub = new StubProvider((peer) -> {
			peer.readHead();
			peer.answer(200, "{}");
		})) {
			UpstreamClient client = client(InetAddress::getAllByName);
			for (int i = 0; i < 20; i++) {
				assertThat(call(client, stub, get())).isEqualTo("200 {}");
			}
			assertThat(stub.requests()).isEqualTo(20);
		}
	}

	@Test
	void keepsAConnectionThatIsKept() throws Exception {
		try (StubProvider stub = new StubProvider((peer) -> {
			while (peer.readHead()) {
				peer.answer(200, "{}");
			}
		})) {
			UpstreamClient client = client(InetAddress::getAllByName);
			for (int i = 0; i < 20; i++) {
				assertThat(call(client, stub, get())).isEqualTo("200 {}");
			}
			assertThat(stub.connections()).isEqualTo(1);
		}
	}

	@Test
	void asksOnceMoreWhenAKeptConnectionEndsBeforeTheFirstByte() throws Exception {
		try (StubProvider stub = new StubProvider((peer) -> {
			peer.readHead();
			peer.answer(200, "{}");
			peer.readHead();
		})) {
			UpstreamClient client = client(InetAddress::getAllByName);
			assertThat(call(client, stub, get())).isEqualTo("200 {}");
			assertThat(call(client, stub, get())).isEqualTo("200 {}");
			assertThat(stub.connections()).isEqualTo(2);
			assertThat(stub.requests()).isEqualTo(3);
		}
	}

	@Test
	void doesNotAskAgainWhenANewConnectionEnds() throws Exception {
		try (StubProvider stub = new StubProvider((peer) -> peer.readHead())) {
			UpstreamClient client = client(InetAddress::getAllByName);
			assertThatExceptionOfType(UpstreamException.class).isThrownBy(() -> call(client, stub, get()))
				.matches((ex) -> ex.kind() == Kind.BROKEN);
			assertThat(stub.requests()).isEqualTo(1);
		}
	}

	@Test
	void readsARefusalOfAnUploadThatIsNotReadAndClosed() throws Exception {
		try (StubProvider stub = new StubProvider((peer) -> {
			peer.readHead();
			peer.answer(413, "{\"error\":\"too large\"}");
			Thread.sleep(3000);
		})) {
			UpstreamClient client = client(InetAddress::getAllByName);
			assertThat(call(client, stub, upload())).isEqualTo("413 {\"error\":\"too large\"}");
		}
	}

	@Test
	void readsARefusalOfAnUploadThatNobodyEverReads() throws Exception {
		try (StubProvider stub = new StubProvider((peer) -> {
			peer.readHead();
			peer.answer(400, "{\"error\":\"no\"}");
			Thread.sleep(20_000);
		})) {
			UpstreamClient client = client(InetAddress::getAllByName);
			long begun = System.nanoTime();
			assertThat(call(client, stub, upload())).isEqualTo("400 {\"error\":\"no\"}");
			assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
		}
	}

	@Test
	void reachesTheSecondAddressWhenTheFirstIsDead() throws Exception {
		InetAddress dead = InetAddress.getByName("127.0.0.2");
		InetAddress alive = InetAddress.getLoopbackAddress();
		try (StubProvider stub = new StubProvider((peer) -> {
			peer.readHead();
			peer.answer(200, "{}");
		}, alive, 0); Full full = new Full(dead, stub.port())) {
			UpstreamClient client = client((host) -> new InetAddress[] { dead, alive });
			assertThat(full.isFull()).isTrue();
			assertThat(call(client, stub, get())).isEqualTo("200 {}");
		}
	}

	@Test
	void givesUpOnAResolverThatDoesNotAnswer() throws Exception {
		try (StubProvider stub = new StubProvider((peer) -> peer.readHead())) {
			UpstreamClient client = client((host) -> {
				try {
					Thread.sleep(30_000);
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
				return new InetAddress[0];
			});
			long begun = System.nanoTime();
			assertThatExceptionOfType(UpstreamException.class).isThrownBy(() -> call(client, stub, get()))
				.matches((ex) -> ex.kind() == Kind.CONNECT);
			assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
		}
	}

	@Test
	void waitsLongerForAWholeAnswerThanForTheBeginningOfAStream() throws Exception {
		try (StubProvider stub = new StubProvider((peer) -> {
			peer.readHead();
			Thread.sleep(2000);
			peer.answer(200, "{}");
		})) {
			UpstreamClient client = client(InetAddress::getAllByName);
			assertThatExceptionOfType(UpstreamException.class)
				.isThrownBy(() -> call(client, stub, new UpstreamRequest("GET", "/", List.of(), null, true)))
				.matches((ex) -> ex.kind() == Kind.TIMEOUT);
			assertThat(call(client, stub, new UpstreamRequest("GET", "/", List.of(), null, false))).isEqualTo("200 {}");
		}
	}

	@Test
	void boundsAllAnswersThatAreHeldTogether() throws Exception {
		String answer = "x".repeat(100_000);
		try (StubProvider stub = new StubProvider((peer) -> {
			while (peer.readHead()) {
				peer.answer(200, answer);
			}
		})) {
			UpstreamClient client = client(InetAddress::getAllByName);
			AnswerRoom room = new AnswerRoom(400_000, 200_000);
			try (UpstreamCall one = client.open(stub.origin()); UpstreamCall two = client.open(stub.origin())) {
				one.exchange(get());
				two.exchange(get());
				try (AnswerRoom.Held held = room.read(one)) {
					assertThat(held.length()).isEqualTo(100_000);
					assertThatExceptionOfType(AnswerRoom.NoRoomException.class)
						.isThrownBy(() -> new AnswerRoom(400_000, 50_000).read(two))
						.matches(AnswerRoom.NoRoomException::tooLarge);
					assertThat(room.taken()).isBetween(100_000L, 400_000L);
				}
				assertThat(room.taken()).isZero();
			}
			AnswerRoom small = new AnswerRoom(60_000, 200_000);
			try (UpstreamCall call = client.open(stub.origin())) {
				call.exchange(get());
				assertThatExceptionOfType(AnswerRoom.NoRoomException.class).isThrownBy(() -> small.read(call))
					.matches((ex) -> !ex.tooLarge());
			}
			assertThat(small.taken()).isZero();
		}
	}

	private UpstreamClient client(Addresses.Lookup lookup) throws Exception {
		UpstreamProperties properties = new UpstreamProperties(Duration.ofSeconds(2), Duration.ofSeconds(1),
				Duration.ofSeconds(5), Duration.ofMinutes(1), 100, Duration.ofSeconds(15), DataSize.ofMegabytes(1),
				DataSize.ofKilobytes(64), DataSize.ofKilobytes(16), 20, 3, Duration.ofSeconds(30),
				Duration.ofSeconds(20), DataSize.ofMegabytes(1));
		UpstreamClient client = new UpstreamClient(properties, this.watch, SSLContext.getDefault().getSocketFactory(),
				Tracing.off(), lookup);
		this.clients.add(client);
		return client;
	}

	private static UpstreamRequest get() {
		return new UpstreamRequest("GET", "/", List.of(), null, false);
	}

	private static UpstreamRequest upload() {
		byte[] body = new byte[24 * 1024 * 1024];
		return new UpstreamRequest("POST", "/", List.of(), new SplicedBody(body, body.length, List.of()), false);
	}

	private static String call(UpstreamClient client, StubProvider stub, UpstreamRequest request)
			throws UpstreamException {
		try (UpstreamCall call = client.open(stub.origin())) {
			int status = call.exchange(request);
			byte[] buffer = new byte[1024];
			StringBuilder text = new StringBuilder();
			int count = call.read(buffer, 0, buffer.length);
			while (count >= 0) {
				text.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
				count = call.read(buffer, 0, buffer.length);
			}
			return status + " " + text;
		}
	}

	/** An address that takes no more connections, so that another hangs. */
	private static final class Full implements AutoCloseable {

		private final ServerSocket listener;

		private final List<Socket> fill = new ArrayList<>();

		private boolean full;

		@SuppressWarnings("resource")
		Full(InetAddress address, int port) throws Exception {
			this.listener = new ServerSocket(port, 1, address);
			for (int i = 0; i < 10 && !this.full; i++) {
				Socket socket = new Socket();
				this.fill.add(socket);
				try {
					socket.connect(new InetSocketAddress(address, port), 200);
				}
				catch (java.net.SocketTimeoutException ex) {
					this.full = true;
				}
			}
		}

		boolean isFull() {
			return this.full;
		}

		@Override
		public void close() throws IOException {
			for (Socket socket : this.fill) {
				socket.close();
			}
			this.listener.close();
		}

	}

}
