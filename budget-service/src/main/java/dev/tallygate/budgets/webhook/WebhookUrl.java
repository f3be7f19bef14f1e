package dev.tallygate.budgets.webhook;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether a URL may be a webhook's. Its name is looked up again at every attempt, and the
 * connection goes to an address that was checked then; this is for its owner to learn of
 * a mistake at once.
 */
final class WebhookUrl {

	static final int MAX_LENGTH = 2048;

	/** What listens there speaks other protocols. */
	private static final Set<Integer> REFUSED_PORTS = Set.of(1433, 1521, 2049, 2375, 2376, 2379, 2380, 3306, 3389, 5432,
			5672, 5900, 6379, 6443, 9042, 9092, 9200, 9300, 10250, 11211, 27017);

	private static final Set<Integer> LOW_PORTS = Set.of(80, 443);

	private static final Pattern NUMBER = Pattern.compile("[0-9]+|0[xX][0-9a-fA-F]*");

	private static final int FIRST_HIGH_PORT = 1024;

	private static final int LAST_PORT = 65_535;

	private static final Duration LOOK_UP = Duration.ofSeconds(2);

	private WebhookUrl() {
	}

	/**
	 * What is wrong with it, as in "must be …"; null when nothing is.
	 */
	static @Nullable String problem(String text, AddressRules rules) {
		URI url;
		try {
			url = new URI(text);
		}
		catch (URISyntaxException ex) {
			return "must be a URL";
		}
		String scheme = (url.getScheme() != null) ? url.getScheme().toLowerCase(Locale.ROOT) : "";
		if (text.length() > MAX_LENGTH || !(scheme.equals("https") || scheme.equals("http")) || url.getHost() == null) {
			return "must be an http or https URL of at most " + MAX_LENGTH + " characters with a host";
		}
		if (url.getRawUserInfo() != null || url.getRawFragment() != null) {
			return "must have neither a user nor a fragment";
		}
		if (!isPlain(host(url))) {
			return "must have a name or an address in its usual form as host";
		}
		List<InetAddress> addresses = lookUp(host(url));
		boolean trusted = !addresses.isEmpty() && addresses.stream().allMatch(rules::isAllowedByOperator);
		if (!trusted && !isUsual(port(url))) {
			return "must have the port 80, 443 or one above 1023 that is no database's or the like";
		}
		return addresses.stream().allMatch(rules::permits) ? null
				: "must not be at a private address; the operator can allow some (tallygate.webhooks.allowed-networks)";
	}

	private static String host(URI url) {
		String host = url.getHost();
		if (host.startsWith("[")) {
			return host.substring(1, host.length() - 1);
		}
		return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
	}

	/**
	 * What looks like a number means different addresses to different readers, unless it
	 * is four decimal ones without leading zeros.
	 */
	private static boolean isPlain(String host) {
		String last = host.substring(host.lastIndexOf('.') + 1);
		if (host.contains(":") || !NUMBER.matcher(last).matches()) {
			return !host.isEmpty();
		}
		try {
			return InetAddress.ofLiteral(host).getHostAddress().equals(host);
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	private static int port(URI url) {
		if (url.getPort() >= 0) {
			return url.getPort();
		}
		return url.getScheme().equalsIgnoreCase("https") ? 443 : 80;
	}

	private static boolean isUsual(int port) {
		return LOW_PORTS.contains(port)
				|| (port >= FIRST_HIGH_PORT && port <= LAST_PORT && !REFUSED_PORTS.contains(port));
	}

	/** Its addresses; none when they are not known now. */
	private static List<InetAddress> lookUp(String host) {
		CompletableFuture<List<InetAddress>> found = new CompletableFuture<>();
		Thread.ofVirtual().start(() -> {
			try {
				found.complete(List.of(InetAddress.getAllByName(host)));
			}
			catch (UnknownHostException | RuntimeException ex) {
				found.complete(List.of());
			}
		});
		try {
			return found.get(LOOK_UP.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException | ExecutionException ex) {
			return List.of();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return List.of();
		}
	}

}
