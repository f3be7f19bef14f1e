package dev.tallygate.gateway.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tallygate.gateway.provider.UpstreamException.Kind;
import dev.tallygate.security.trace.Tracing;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

/**
 * A machine that has no port left towards a provider: in a network of its own, which has
 * eight ports in all and no way out.
 */
class NoPortTests {

	private static final String FEW_PORTS = "ip link set lo up"
			+ " && echo 40000 40007 > /proc/sys/net/ipv4/ip_local_port_range";

	@Test
	void saysNothingOfTheProvider() throws Exception {
		assumeTrue(run(FEW_PORTS).status() == 0, "may make a network");
		Ended ended = run(FEW_PORTS + " && exec \"$@\"",
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-cp",
				System.getProperty("java.class.path"), NoPortTests.class.getName());
		assertThat(ended.status()).as(ended.said()).isZero();
	}

	/** How a process ended, and all that it said. */
	private record Ended(int status, String said) {

	}

	private static Ended run(String script, String... arguments) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(
				List.of("unshare", "--net", "--map-root-user", "sh", "-c", script, "sh"));
		command.addAll(List.of(arguments));
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
			String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			return new Ended(process.waitFor(), said);
		}
		catch (IOException ex) {
			return new Ended(-1, ex.toString());
		}
	}

	/** The process in that network. */
	public static void main(String[] args) throws Exception {
		InetAddress here = InetAddress.getLoopbackAddress();
		InetAddress outOfReach = InetAddress.getByName("2001:db8::1");
		try (Watch watch = new Watch(); StubProvider provider = new StubProvider((peer) -> {
			while (peer.readHead()) {
				peer.answer(200, "{}");
			}
		}, here, 0);
				UpstreamClient one = client(watch, here);
				UpstreamClient two = client(watch, here, outOfReach);
				UpstreamClient none = client(watch, outOfReach)) {
			List<Socket> taken = takeAllPorts(new InetSocketAddress(here, provider.port()));
			for (UpstreamClient client : List.of(one, two)) {
				assertThat(failure(client, provider)).isEqualTo(Kind.NO_SOCKET);
				assertThat(client.missingSockets()).isOne();
			}
			assertThat(failure(none, provider)).isEqualTo(Kind.CONNECT);
			for (Socket socket : taken) {
				socket.close();
			}
			for (UpstreamClient client : List.of(one, two)) {
				try (UpstreamCall call = client.open(provider.origin())) {
					assertThat(call.exchange(new UpstreamRequest("GET", "/", List.of(), null, false))).isEqualTo(200);
				}
				assertThat(client.missingSockets()).isOne();
			}
		}
	}

	/** Closed, they leave no port behind that must rest. */
	@SuppressWarnings("resource")
	private static List<Socket> takeAllPorts(InetSocketAddress provider) throws IOException {
		List<Socket> taken = new ArrayList<>();
		try {
			while (true) {
				Socket socket = new Socket();
				taken.add(socket);
				socket.setSoLinger(true, 0);
				socket.connect(provider);
			}
		}
		catch (BindException ex) {
			return taken;
		}
	}

	private static Kind failure(UpstreamClient client, StubProvider provider) {
		UpstreamException[] thrown = new UpstreamException[1];
		assertThatExceptionOfType(UpstreamException.class).isThrownBy(() -> client.open(provider.origin()))
			.satisfies((ex) -> thrown[0] = ex);
		return thrown[0].kind();
	}

	private static UpstreamClient client(Watch watch, InetAddress... addresses) throws Exception {
		UpstreamProperties properties = new UpstreamProperties(Duration.ofSeconds(2), Duration.ofSeconds(5),
				Duration.ofSeconds(5), Duration.ofMinutes(1), 100, Duration.ofSeconds(15), DataSize.ofMegabytes(1),
				DataSize.ofKilobytes(64), DataSize.ofKilobytes(16), 20, 3, Duration.ofSeconds(30),
				Duration.ofSeconds(20), DataSize.ofMegabytes(1));
		return new UpstreamClient(properties, watch, SSLContext.getDefault().getSocketFactory(), Tracing.off(),
				(host) -> addresses);
	}

}
