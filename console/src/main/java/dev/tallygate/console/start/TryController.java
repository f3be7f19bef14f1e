package dev.tallygate.console.start;

import dev.tallygate.console.ConsoleProperties;
import dev.tallygate.console.session.SignedIn;
import dev.tallygate.security.problem.TruncatedAnswer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.ClientAbortException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;

/**
 * A chat box: what is typed goes to the gateway as any client's call does, with the
 * person's own key, and what comes back is handed on as it comes.
 */
@Controller
class TryController {

	private static final Logger logger = LoggerFactory.getLogger(TryController.class);

	private static final int BUFFER_SIZE = 4 * 1024;

	private final ConsoleProperties properties;

	private final HttpClient http;

	TryController(ConsoleProperties properties) {
		this.properties = properties;
		this.http = HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.followRedirects(HttpClient.Redirect.NEVER)
			.connectTimeout(properties.connectTimeout())
			.build();
	}

	@GetMapping("/try")
	String page() {
		return "try";
	}

	@PostMapping(path = "/try/answer", consumes = MediaType.APPLICATION_JSON_VALUE)
	void answer(HttpServletRequest typed, @AuthenticationPrincipal SignedIn person, HttpServletResponse response)
			throws IOException {
		int most = (int) this.properties.maxQuestion().toBytes();
		// One byte more tells what is too long, also where its length was not told.
		byte[] body = (typed.getContentLengthLong() > most) ? null : typed.getInputStream().readNBytes(most + 1);
		if (body == null || body.length > most) {
			refuse(response, HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE,
					"This is too long to try here: the page takes " + most / 1024
							+ " KiB. Shorten it, or call the gateway itself.");
			return;
		}
		HttpRequest request = HttpRequest
			.newBuilder(this.properties.gatewayInternalUrl().resolve("/v1/chat/completions"))
			.timeout(this.properties.answerTimeout())
			.header("Authorization", person.key().<String>useText((key) -> "Bearer " + key))
			.header("Content-Type", "application/json")
			.header("x-tallygate-tags", "from=console")
			.POST(HttpRequest.BodyPublishers.ofByteArray(body))
			.build();
		try {
			HttpResponse<InputStream> answer = this.http.send(request, HttpResponse.BodyHandlers.ofInputStream());
			try (InputStream in = answer.body()) {
				response.setStatus(answer.statusCode());
				response.setContentType(answer.headers().firstValue("content-type").orElse("application/octet-stream"));
				answer.headers()
					.firstValue("x-tallygate-call-id")
					.ifPresent((id) -> response.setHeader("x-tallygate-call-id", id));
				copy(in, response.getOutputStream());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ClientAbortException ex) {
			// Whoever asked has left.
		}
		catch (IOException ex) {
			logger.warn("The gateway could not be asked: {}", ex.getClass().getSimpleName());
			if (response.isCommitted()) {
				throw new TruncatedAnswer();
			}
			refuse(response, HttpServletResponse.SC_BAD_GATEWAY, "The gateway does not answer. Try again in a minute.");
		}
	}

	/** In the form in which the gateway refuses, which is what the page shows. */
	private static void refuse(HttpServletResponse response, int status, String message) throws IOException {
		response.setStatus(status);
		response.setContentType("application/json");
		response.getOutputStream()
			.write("{\"error\":{\"message\":\"%s\"}}".formatted(message).getBytes(StandardCharsets.UTF_8));
	}

	private static void copy(InputStream in, OutputStream out) throws IOException {
		byte[] buffer = new byte[BUFFER_SIZE];
		int count = in.read(buffer);
		while (count >= 0) {
			out.write(buffer, 0, count);
			out.flush();
			count = in.read(buffer);
		}
	}

}
