package dev.tallygate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UsageSettled.Status;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.completion.Wire;
import dev.tallygate.security.caller.ApiKeyFormat;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/**
 * A gateway that is told to stop, as SIGTERM does through the same hook.
 */
@ExtendWith(OutputCaptureExtension.class)
class StopTests {

	private static final String TOKEN = ApiKeyFormat.generate(KeyType.DEV);

	@TempDir
	private Path directory;

	@Test
	void aStreamThatEndsInTimeIsNotCutAndNothingAlarmingIsSaid(CapturedOutput output) throws Exception {
		try (WholeGateway gateway = start("20s"); HttpClient probe = HttpClient.newHttpClient()) {
			URI readiness = URI
				.create("http://127.0.0.1:" + gateway.port("local.management.port") + "/actuator/health/readiness");
			await().until(() -> status(probe, readiness) == 200);
			Wire running = gateway.stream(150, 20, TOKEN);
			int saidBefore = output.getAll().length();

			CompletableFuture<Void> stopped = CompletableFuture.runAsync(gateway.context::close);
			CompletableFuture<String> answer = running.rest();
			await().atMost(Duration.ofSeconds(20)).until(() -> status(probe, readiness) == 503);
			assertThat(answer).as("readiness is red before the last stream ends").isNotDone();

			assertThat(answer.get(20, TimeUnit.SECONDS)).as("with the end of the last chunk")
				.endsWith("data: [DONE]\n\n\r\n0\r\n\r\n");
			stopped.get(20, TimeUnit.SECONDS);
			// There is no budget-service here, which the loop that asks it has said once.
			assertThat(output.getAll().substring(saidBefore).lines())
				.noneMatch((line) -> line.contains(" WARN ") || line.contains(" ERROR ") || line.contains("Exception"));
			assertThat(gateway.settledEvent(running.header("x-tallygate-call-id")).status())
				.isEqualTo(Status.COMPLETED);
		}
	}

	/** Nothing is known of it but its head, so it is no call yet. */
	@Test
	void aRequestWhoseBodyIsStillComingIsAnswered() throws Exception {
		try (WholeGateway gateway = start("20s");
				Socket caller = new Socket(InetAddress.getLoopbackAddress(), gateway.port("local.server.port"))) {
			caller.setSoTimeout(20_000);
			byte[] body = WholeGateway.ask("gpt-4o", "hello", "").getBytes(StandardCharsets.UTF_8);
			caller.getOutputStream()
				.write(("POST /v1/chat/completions HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer " + TOKEN
						+ "\r\nContent-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n")
					.getBytes(StandardCharsets.US_ASCII));
			caller.getOutputStream().write(body, 0, 10);
			Thread.sleep(500);

			CompletableFuture<Void> stopped = CompletableFuture.runAsync(gateway.context::close);
			// Longer than what is nearly out is waited for in the end.
			Thread.sleep(4_000);
			assertThat(stopped).isNotDone();
			caller.getOutputStream().write(body, 10, body.length - 10);

			assertThat(new String(caller.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
				.startsWith("HTTP/1.1 200 ")
				.contains("Connection: close");
			stopped.get(20, TimeUnit.SECONDS);
		}
	}

	@Test
	void aStreamThatIsTooLongIsToldAndMetered(CapturedOutput output) throws Exception {
		try (WholeGateway gateway = start("3s")) {
			Wire running = gateway.stream(3000, 20, TOKEN);
			CompletableFuture<String> answer = running.rest();

			CompletableFuture<Void> stopped = CompletableFuture.runAsync(gateway.context::close);

			assertThat(answer.get(10, TimeUnit.SECONDS)).contains("\"code\":\"overloaded\"").doesNotContain("[DONE]");
			stopped.get(20, TimeUnit.SECONDS);
			UsageSettled settled = gateway.settledEvent(running.header("x-tallygate-call-id"));
			assertThat(settled.status()).isEqualTo(Status.INTERRUPTED);
			assertThat(settled.outputTokens()).isPositive();
			assertThat(output.getAll()).as("no error page in the middle of a stream").doesNotContain("NotWritable");
		}
	}

	private WholeGateway start(String drain) throws Exception {
		WholeGateway gateway = WholeGateway.start(this.directory, Map.of("tallygate.completion.drain", drain));
		gateway.keyService.member(TOKEN, new UserId(UuidV7.next()), new ApiKeyId(UuidV7.next()));
		return gateway;
	}

	private static int status(HttpClient probe, URI uri) throws Exception {
		try {
			return probe.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding()).statusCode();
		}
		catch (IOException ex) {
			return -1;
		}
	}

}
