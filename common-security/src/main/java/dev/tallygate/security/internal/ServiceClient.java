package dev.tallygate.security.internal;

import dev.tallygate.security.trace.Span;
import dev.tallygate.security.trace.Tracing;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;

/**
 * Asks one other service at its internal port: with this service's credential, for a
 * limited time, and waiting for the whole answer. It talks HTTP/1.1; over TLS 1.3 with a
 * certificate of its own when {@code tallygate.service.ssl-bundle} names one. A renewed
 * certificate is used for new connections at once.
 */
public final class ServiceClient implements AutoCloseable {

	private static final String JSON = "application/json";

	private static final String FORM = "application/x-www-form-urlencoded";

	private final Called called;

	private final AtomicReference<HttpClient> current;

	private final Tracing tracing;

	ServiceClient(Called called, @Nullable SslBundle bundle, Tracing tracing) {
		this.called = called;
		this.tracing = tracing;
		this.current = new AtomicReference<>(client(bundle));
	}

	/**
	 * Goes on with another certificate. The client before it finishes what it has begun
	 * and closes itself once nobody holds it.
	 */
	void renew(SslBundle bundle) {
		this.current.set(client(bundle));
	}

	private HttpClient client(@Nullable SslBundle bundle) {
		HttpClient.Builder client = HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.followRedirects(HttpClient.Redirect.NEVER);
		if (bundle == null) {
			client.connectTimeout(this.called.connectTimeout());
		}
		else {
			// Connecting includes the handshake, at which a cold JVM may work for a
			// second.
			// The limit of the whole request holds for both.
			SSLParameters parameters = new SSLParameters();
			parameters.setProtocols(new String[] { InternalTls.PROTOCOL });
			client.sslContext(bundle.createSslContext()).sslParameters(parameters);
		}
		return client.build();
	}

	/**
	 * Asks for what is at a path.
	 * @param path from the root, such as {@code /internal/providers}
	 * @throws UnansweredException when there is no answer, also because the thread was
	 * interrupted, which it then still is
	 */
	public ServiceAnswer get(String path) throws UnansweredException {
		return answer(request(path).GET().build());
	}

	/**
	 * Sends a body as JSON.
	 * @param path from the root
	 * @param body what Jackson makes JSON of
	 * @throws UnansweredException as with {@link #get}
	 */
	public ServiceAnswer post(String path, Object body) throws UnansweredException {
		return post(path, JSON, HttpRequest.BodyPublishers.ofByteArray(ServiceAnswer.JSON.writeValueAsBytes(body)));
	}

	/**
	 * Sends what is JSON already.
	 * @param path from the root
	 * @param json the body
	 * @throws UnansweredException as with {@link #get}
	 */
	public ServiceAnswer postJson(String path, String json) throws UnansweredException {
		return post(path, JSON, HttpRequest.BodyPublishers.ofString(json));
	}

	/**
	 * Sends a form.
	 * @param path from the root
	 * @param fields by name
	 * @throws UnansweredException as with {@link #get}
	 */
	public ServiceAnswer postForm(String path, Map<String, String> fields) throws UnansweredException {
		return post(path, FORM, HttpRequest.BodyPublishers.ofString(UrlEncoded.of(fields)));
	}

	private ServiceAnswer post(String path, String type, HttpRequest.BodyPublisher body) throws UnansweredException {
		return answer(request(path).header("Content-Type", type).POST(body).build());
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(this.called.at(path))
			.timeout(this.called.requestTimeout())
			.header("Authorization", this.called.authorization());
	}

	private ServiceAnswer answer(HttpRequest request) throws UnansweredException {
		try {
			HttpResponse<byte[]> response = this.tracing.isOff() ? send(request) : traced(request);
			return new ServiceAnswer(this.called.name(), response.statusCode(), response.body());
		}
		catch (IOException ex) {
			throw UnansweredException.by(this.called.name(), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw UnansweredException.by(this.called.name(), ex);
		}
	}

	private HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
		return this.current.get().send(request, HttpResponse.BodyHandlers.ofByteArray());
	}

	private HttpResponse<byte[]> traced(HttpRequest request) throws IOException, InterruptedException {
		try (Span span = this.tracing.call(request.method() + ' ' + request.uri().getPath())) {
			HttpRequest.Builder joined = HttpRequest.newBuilder(request, (name, value) -> true);
			span.inject(joined::setHeader);
			span.put("http.request.method", request.method());
			span.put("server.address", request.uri().getHost());
			span.put("server.port", Long.valueOf(request.uri().getPort()));
			HttpResponse<byte[]> response = sendIn(span, joined.build());
			span.put("http.response.status_code", Long.valueOf(response.statusCode()));
			return response;
		}
	}

	private HttpResponse<byte[]> sendIn(Span span, HttpRequest request) throws IOException, InterruptedException {
		try {
			return send(request);
		}
		catch (IOException ex) {
			span.failed(ex.getClass().getSimpleName());
			throw ex;
		}
	}

	@Override
	public void close() {
		this.current.get().shutdownNow();
	}

	/**
	 * The service that is called.
	 *
	 * @param name as people call it, such as {@code key-service}
	 * @param internalUrl where its internal port is
	 * @param authorization what this service presents there
	 * @param connectTimeout limit of connecting without TLS; with it, there is only that
	 * of a request
	 * @param requestTimeout limit of a whole request
	 */
	record Called(String name, URI internalUrl, String authorization, Duration connectTimeout,
			Duration requestTimeout) {

		Called {
			internalUrl = URI.create(internalUrl.toString().replaceAll("/+$", ""));
		}

		URI at(String path) {
			return URI.create(this.internalUrl + path);
		}

		/**
		 * Refuses an address that would carry secrets in the clear although a certificate
		 * is configured.
		 */
		void requireTls() {
			if (!"https".equalsIgnoreCase(this.internalUrl.getScheme())) {
				throw new IllegalStateException("tallygate.service.ssl-bundle is set, but " + this.internalUrl.getHost()
						+ " would be asked without TLS. Start its internal URL with https://.");
			}
		}

		@Override
		public String toString() {
			return "Called[" + this.name + ']';
		}

	}

}
