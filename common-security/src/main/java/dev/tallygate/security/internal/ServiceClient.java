package dev.tallygate.security.internal;

import dev.tallygate.security.trace.Span;
import dev.tallygate.security.trace.Tracing;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;

/**
 * Talks HTTP/1.1 to another service's internal port; over TLS 1.3 with a certificate of
 * its own when {@code tallygate.service.ssl-bundle} names one. A renewed certificate is
 * used for new connections at once.
 */
public final class ServiceClient implements AutoCloseable {

	private final Duration connectTimeout;

	private final AtomicReference<HttpClient> current;

	private final Tracing tracing;

	ServiceClient(Duration connectTimeout, @Nullable SslBundle bundle, Tracing tracing) {
		this.tracing = tracing;
		this.connectTimeout = connectTimeout;
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
			client.connectTimeout(this.connectTimeout);
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
	 * Sends a request and waits for the whole answer.
	 * @throws IOException when there is none, also because the thread was interrupted,
	 * which it then still is
	 */
	public HttpResponse<byte[]> send(HttpRequest request) throws IOException {
		try {
			return send(request, HttpResponse.BodyHandlers.ofByteArray());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("interrupted", ex);
		}
	}

	/**
	 * Sends a request and waits for the answer.
	 */
	public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
			throws IOException, InterruptedException {
		if (this.tracing.isOff()) {
			return this.current.get().send(request, handler);
		}
		try (Span span = this.tracing.call(request.method() + ' ' + request.uri().getPath())) {
			HttpRequest.Builder joined = HttpRequest.newBuilder(request, (name, value) -> true);
			span.inject(joined::setHeader);
			HttpResponse<T> response = send(joined.build(), handler, span);
			span.put("http.response.status_code", Long.valueOf(response.statusCode()));
			return response;
		}
	}

	private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler, Span span)
			throws IOException, InterruptedException {
		span.put("http.request.method", request.method());
		span.put("server.address", request.uri().getHost());
		span.put("server.port", Long.valueOf(request.uri().getPort()));
		try {
			return this.current.get().send(request, handler);
		}
		catch (IOException ex) {
			span.failed(ex.getClass().getSimpleName());
			throw ex;
		}
	}

	/**
	 * Refuses an address that would carry secrets in the clear although a certificate is
	 * configured.
	 */
	static void requireTls(URI url) {
		if (!"https".equalsIgnoreCase(url.getScheme())) {
			throw new IllegalStateException("tallygate.service.ssl-bundle is set, but " + url.getHost()
					+ " would be asked without TLS. Start its internal URL with https://.");
		}
	}

	@Override
	public void close() {
		this.current.get().shutdownNow();
	}

}
