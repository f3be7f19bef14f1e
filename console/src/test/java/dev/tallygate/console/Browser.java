package dev.tallygate.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/**
 * A browser without JavaScript: keeps cookies, sends forms as they stand, follows no
 * redirect unasked.
 */
final class Browser {

	private final HttpClient http = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

	private final URI base;

	private final Map<String, String> cookies = new LinkedHashMap<>();

	Browser(int port) {
		this.base = URI.create("http://127.0.0.1:" + port);
	}

	HttpResponse<String> get(String path, String... headers) {
		HttpRequest.Builder request = request(path).GET();
		if (headers.length > 0) {
			request.headers(headers);
		}
		return send(request);
	}

	Document page(String path) {
		return Jsoup.parse(get(path).body());
	}

	/** Posts fields without adding the form's own. */
	HttpResponse<String> post(String path, Map<String, String> fields) {
		List<String> pairs = new ArrayList<>();
		fields.forEach((name, value) -> pairs.add(encode(name) + "=" + encode(value)));
		return send(request(path).header("Content-Type", "application/x-www-form-urlencoded")
			.POST(HttpRequest.BodyPublishers.ofString(String.join("&", pairs))));
	}

	/** Sends what is no form, as a page's script does. */
	HttpResponse<String> send(String path, HttpRequest.BodyPublisher body, String... headers) {
		return send(request(path).headers(headers).POST(body));
	}

	/** Posts a body of whatever type with the form's token in a header. */
	HttpResponse<String> post(String path, String contentType, String body) {
		String token = page("/keys").select("input[name=_csrf]").attr("value");
		return send(request(path).header("Content-Type", contentType)
			.header("X-XSRF-TOKEN", token)
			.POST(HttpRequest.BodyPublishers.ofString(body)));
	}

	/** Fills and sends the form with this action from this page. */
	HttpResponse<String> submit(String page, String action, Map<String, String> fields) {
		Element form = page(page).selectFirst("form[action=" + action + "]");
		if (form == null) {
			throw new AssertionError("no form " + action + " on " + page);
		}
		Map<String, String> all = new LinkedHashMap<>();
		form.select("input[type=hidden]").forEach((input) -> all.put(input.attr("name"), input.attr("value")));
		all.putAll(fields);
		return post(action, all);
	}

	HttpResponse<String> signIn(String key) {
		return submit("/sign-in", "/sign-in", Map.of("apiKey", key));
	}

	String cookie(String name) {
		return this.cookies.getOrDefault(name, "");
	}

	void plantCookie(String name, String value) {
		this.cookies.put(name, value);
	}

	private HttpRequest.Builder request(String path) {
		HttpRequest.Builder request = HttpRequest.newBuilder(this.base.resolve(path))
			.header("Accept", "text/html,*/*;q=0.8");
		if (!this.cookies.isEmpty()) {
			List<String> pairs = new ArrayList<>();
			this.cookies.forEach((name, value) -> pairs.add(name + "=" + value));
			request.header("Cookie", String.join("; ", pairs));
		}
		return request;
	}

	private HttpResponse<String> send(HttpRequest.Builder request) {
		try {
			HttpResponse<String> response = this.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
			response.headers().allValues("Set-Cookie").forEach(this::keep);
			return response;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void keep(String setCookie) {
		String pair = setCookie.substring(0, (setCookie + ";").indexOf(';'));
		int equals = pair.indexOf('=');
		String value = pair.substring(equals + 1);
		if (value.isEmpty()) {
			this.cookies.remove(pair.substring(0, equals));
		}
		else {
			this.cookies.put(pair.substring(0, equals), value);
		}
	}

	private static String encode(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

}
