package dev.tallygate.console.services;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.tallygate.console.ConsoleProperties;
import dev.tallygate.security.internal.ServiceProperties;
import dev.tallygate.security.secret.Secret;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.catalina.connector.ClientAbortException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.HttpMethod;
import org.springframework.util.unit.DataSize;

@ExtendWith(OutputCaptureExtension.class)
class ServiceClientTests {

	private static final ServiceProperties NOBODY = new ServiceProperties("console", null, Map.of());

	private static final Duration HASTY = Duration.ofMillis(100);

	/** A provider takes its time; the key is saved all the same. */
	@Test
	void waitsLongerForWhatAProviderIsAskedFor() throws Exception {
		CountDownLatch givenUp = new CountDownLatch(1);
		HttpServer service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		service.setExecutor(Thread::startVirtualThread);
		service.createContext("/", (exchange) -> {
			try {
				givenUp.await();
				Thread.sleep(HASTY.multipliedBy(4));
				exchange.sendResponseHeaders(204, -1);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			finally {
				exchange.close();
			}
		});
		service.start();
		try {
			ServiceClient client = new ServiceClient(
					properties(URI.create("http://127.0.0.1:" + service.getAddress().getPort())), NOBODY);
			assertThat(save(client)).isInstanceOf(Answer.NotAvailable.class);
			givenUp.countDown();
			assertThat(save(client.patient())).isInstanceOf(Answer.Given.class);
		}
		finally {
			givenUp.countDown();
			service.stop(0);
		}
	}

	/** Who waits for a page or a provider gives up before a month of calls is told. */
	@Test
	void handsAFileOnHoweverLongItTakes() throws Exception {
		HttpServer service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		service.setExecutor(Thread::startVirtualThread);
		service.createContext("/", (exchange) -> {
			exchange.sendResponseHeaders(200, 0);
			try (exchange) {
				for (int line = 0; line < 4; line++) {
					exchange.getResponseBody().write("line\n".getBytes(StandardCharsets.UTF_8));
					exchange.getResponseBody().flush();
					Thread.sleep(HASTY);
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		});
		service.start();
		try {
			ServiceClient client = new ServiceClient(
					properties(URI.create("http://127.0.0.1:" + service.getAddress().getPort())), NOBODY);
			ByteArrayOutputStream file = new ByteArrayOutputStream();
			assertThat(client.copy(Service.METERING, Secret.of("tg_dev_key"), "text/csv",
					(body) -> body.transferTo(file), "/file"))
				.isInstanceOf(Answer.Given.class);
			assertThat(file.toString(StandardCharsets.UTF_8)).isEqualTo("line\n".repeat(4));
		}
		finally {
			service.stop(0);
		}
	}

	@Test
	void saysNothingOfABrowserThatLeft(CapturedOutput log) throws Exception {
		HttpServer service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		service.createContext("/", (exchange) -> {
			exchange.sendResponseHeaders(200, 5);
			exchange.getResponseBody().write("line\n".getBytes(StandardCharsets.UTF_8));
			exchange.close();
		});
		service.start();
		try {
			ServiceClient client = new ServiceClient(
					properties(URI.create("http://127.0.0.1:" + service.getAddress().getPort())), NOBODY);
			assertThat(client.copy(Service.METERING, Secret.of("tg_dev_key"), "text/csv", (body) -> {
				throw new ClientAbortException();
			}, "/file")).isInstanceOf(Answer.NotAvailable.class);
			assertThat(log).doesNotContain("could not be asked");
		}
		finally {
			service.stop(0);
		}
	}

	private static Answer<Boolean> save(ServiceClient client) {
		return client.tell(Service.KEYS, HttpMethod.PUT, Secret.of("tg_dev_key"), Map.of("apiKey", "sk-key"), "/key");
	}

	private static ConsoleProperties properties(URI keys) {
		return new ConsoleProperties(keys, keys, keys, keys, keys, keys, Duration.ofSeconds(10), HASTY,
				Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(1),
				Duration.ofMinutes(1), DataSize.ofKilobytes(1), 1, 1, "closed");
	}

}
