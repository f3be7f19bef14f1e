package dev.tallygate.system;

import dev.tallygate.launcher.Service;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Streamed calls that have all begun to be answered.
 */
final class OpenStreams {

	private final List<CompletableFuture<String>> answers = new ArrayList<>();

	private final AtomicInteger begun = new AtomicInteger();

	private OpenStreams() {
	}

	/** Opens so many of one user. */
	static OpenStreams open(Tallygate tallygate, Tallygate.User user, int streams, String directives) {
		OpenStreams open = new OpenStreams();
		HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
		HttpRequest request = HttpRequest
			.newBuilder(URI.create(tallygate.url(Service.GATEWAY) + "/v1/chat/completions"))
			.header("authorization", "Bearer " + user.key())
			.header("content-type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(Prompt.body("gpt-4o-mini", directives, ",\"stream\":true")))
			.build();
		for (int i = 0; i < streams; i++) {
			CompletableFuture<String> answer = new CompletableFuture<>();
			open.answers.add(answer);
			Thread.ofVirtual().start(() -> open.read(http, request, answer));
		}
		return open;
	}

	private void read(HttpClient http, HttpRequest request, CompletableFuture<String> answer) {
		try {
			HttpResponse<InputStream> response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
			try (InputStream body = response.body()) {
				byte[] first = body.readNBytes(1);
				this.begun.incrementAndGet();
				answer.complete(new String(first, StandardCharsets.UTF_8)
						+ new String(body.readAllBytes(), StandardCharsets.UTF_8));
			}
		}
		catch (IOException ex) {
			answer.completeExceptionally(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			answer.completeExceptionally(ex);
		}
	}

	/** How many have begun to be answered. */
	int begun() {
		return this.begun.get();
	}

	/** Whether the answer of none of them has ended. */
	boolean allOpen() {
		return this.answers.stream().noneMatch(CompletableFuture::isDone);
	}

	/** The answers as they came; fails when one was cut. */
	List<String> answers() {
		return this.answers.stream().map(CompletableFuture::join).toList();
	}

}
