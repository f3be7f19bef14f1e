package dev.tallygate.budgets.webhook;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Sends deliveries. It connects only to addresses that were checked in the same look-up
 * (a name that changes its address gains nothing), follows no redirects, reads little of
 * the answer, keeps no connection and knows no proxy, cookie or password.
 */
@Component
class WebhookClient implements AutoCloseable {

	private static final int MAX_ANSWER = 64 * 1024;

	private final CloseableHttpClient client;

	private final WebhookProperties properties;

	private final ScheduledExecutorService watch = Executors
		.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("webhook-watch").factory());

	@Autowired
	WebhookClient(WebhookProperties properties) {
		this(properties, InetAddress::getAllByName);
	}

	/**
	 * Asks another for addresses.
	 * @param names who knows what names stand for
	 */
	WebhookClient(WebhookProperties properties, Names names) {
		this.properties = properties;
		AddressRules rules = new AddressRules(properties.allowedNetworks());
		this.client = HttpClients.custom()
			.setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
				.setDnsResolver(new CheckedResolver(rules, names))
				.setMaxConnTotal(properties.inAll())
				.setMaxConnPerRoute(properties.inAll())
				.setDefaultConnectionConfig(ConnectionConfig.custom()
					.setConnectTimeout(Timeout.of(properties.connectTimeout()))
					.setSocketTimeout(Timeout.of(properties.responseTimeout()))
					.build())
				.build())
			.setConnectionReuseStrategy((request, response, context) -> false)
			.disableRedirectHandling()
			.disableAutomaticRetries()
			.disableCookieManagement()
			.disableAuthCaching()
			.disableContentCompression()
			.setUserAgent("Tallygate-Webhooks")
			.build();
	}

	/**
	 * Makes one attempt.
	 * @param secrets what signs it, one or two
	 * @param id of the message, the same at each attempt
	 * @param body what to send
	 */
	Attempt send(Webhook webhook, List<SigningSecret> secrets, String id, byte[] body, Instant at) {
		HttpPost post = new HttpPost(URI.create(webhook.url()));
		post.setConfig(RequestConfig.custom()
			.setResponseTimeout(Timeout.of(this.properties.responseTimeout()))
			.setConnectionRequestTimeout(Timeout.of(this.properties.attemptTimeout()))
			.build());
		post.setHeader("webhook-id", id);
		post.setHeader("webhook-timestamp", Long.toString(at.getEpochSecond()));
		post.setHeader("webhook-signature", signatures(secrets, id, body, at));
		post.setEntity(new ByteArrayEntity(body, switch (webhook.format()) {
			case CLOUDEVENTS -> ContentType.create("application/cloudevents+json", StandardCharsets.UTF_8);
			case SLACK -> ContentType.APPLICATION_JSON;
		}));
		long start = System.nanoTime();
		ScheduledFuture<?> cut = this.watch.schedule(post::cancel, this.properties.attemptTimeout().toMillis(),
				TimeUnit.MILLISECONDS);
		try {
			int status = this.client.execute(post, WebhookClient::statusOf);
			return new Attempt(at, status, (status >= 200 && status < 300) ? "delivered" : "refused", millis(start));
		}
		catch (PrivateAddressException ex) {
			return new Attempt(at, null, "private_address", millis(start));
		}
		catch (UnknownHostException ex) {
			return new Attempt(at, null, "unknown_host", millis(start));
		}
		catch (IOException | RuntimeException ex) {
			return new Attempt(at, null, outcome(ex), millis(start));
		}
		finally {
			cut.cancel(false);
		}
	}

	/** With exactly one space between two. */
	private static String signatures(List<SigningSecret> secrets, String id, byte[] body, Instant at) {
		return secrets.stream()
			.map((secret) -> secret.sign(id, at.getEpochSecond(), body))
			.collect(Collectors.joining(" "));
	}

	private static int statusOf(ClassicHttpResponse response) throws IOException {
		if (response.getEntity() != null) {
			try (InputStream answer = response.getEntity().getContent()) {
				answer.readNBytes(MAX_ANSWER);
			}
		}
		return response.getCode();
	}

	/** A kind of failure, never a text that came from outside. */
	private static String outcome(Exception ex) {
		return switch (ex) {
			case InterruptedIOException cut -> "timeout";
			case SSLException tls -> "tls_failed";
			case ConnectException refused -> "unreachable";
			default -> "broken";
		};
	}

	private static long millis(long start) {
		return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
	}

	@Override
	public void close() throws IOException {
		this.watch.shutdownNow();
		this.client.close();
	}

	/**
	 * What came of an attempt.
	 *
	 * @param at when
	 * @param status the HTTP status; null without an answer
	 * @param outcome {@code delivered}, or what went wrong
	 * @param millis how long it took
	 */
	record Attempt(Instant at, @Nullable Integer status, String outcome, long millis) {

		boolean isDelivered() {
			return this.outcome.equals("delivered");
		}

	}

	/** The name has an address that a webhook must not be at. */
	private static final class PrivateAddressException extends UnknownHostException {

		PrivateAddressException() {
			super("an address that is not public");
		}

	}

	/** What a name stands for now. */
	interface Names {

		InetAddress[] lookUp(String host) throws UnknownHostException;

	}

	/** All addresses of a name must be good, or none of them is used. */
	private record CheckedResolver(AddressRules rules, Names names) implements DnsResolver {

		@Override
		public InetAddress[] resolve(String host) throws UnknownHostException {
			InetAddress[] addresses = this.names.lookUp(host);
			if (!Arrays.stream(addresses).allMatch(this.rules::permits)) {
				throw new PrivateAddressException();
			}
			return addresses;
		}

		@Override
		public String resolveCanonicalHostname(String host) {
			return host;
		}

	}

}
