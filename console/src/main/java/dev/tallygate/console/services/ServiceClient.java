package dev.tallygate.console.services;

import dev.tallygate.console.ConsoleProperties;
import dev.tallygate.security.internal.ServiceCredentials;
import dev.tallygate.security.internal.ServiceProperties;
import dev.tallygate.security.problem.ErrorCode;
import dev.tallygate.security.secret.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.catalina.connector.ClientAbortException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.converter.HttpMessageConversionException;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Calls the other services with the signed-in person's own key, so that the console can
 * do nothing its user could not.
 */
@Component
@EnableConfigurationProperties(ServiceProperties.class)
public class ServiceClient {

	private static final Logger logger = LoggerFactory.getLogger(ServiceClient.class);

	private static final String NO_CODE = "unknown";

	/** How services say what is wrong with a member of what they were sent. */
	private static final Pattern FIELD = Pattern.compile("Field '(\\w+)' (.*)");

	/** How services say that there is nothing at a path, which people did not type. */
	private static final String NOTHING_HERE = "There is nothing here.";

	private static final Pattern UPPER_CASE = Pattern.compile("\\p{Lu}");

	/** What a service tells with a 5xx that is no failure of its own. */
	private static final Set<String> OF_OTHERS = Set.of("provider_unreachable", ErrorCode.KEY_UNDECRYPTABLE);

	/** A service of another version may not tell a number that is counted here. */
	private static final JsonMapper JSON = JsonMapper.builder()
		.disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
		.build();

	private final ServiceCredentials credentials;

	private final Map<Service, RestClient> clients;

	private final Map<Service, RestClient> patientClients;

	private final Map<Service, RestClient> fileClients;

	@Autowired
	ServiceClient(ConsoleProperties properties, ServiceProperties self) {
		this.credentials = new ServiceCredentials(self);
		if (properties.signUp() && !this.credentials.hasOwn()) {
			logger.warn("TALLYGATE_SERVICE_SECRET_CONSOLE is not set: all who sign up here share one limit");
		}
		// Redirects stay off: a key goes to the service it was meant for and nowhere
		// else.
		HttpClient http = HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.followRedirects(HttpClient.Redirect.NEVER)
			.connectTimeout(properties.connectTimeout())
			.build();
		this.clients = clients(http, properties, properties.readTimeout());
		this.patientClients = clients(http, properties, properties.patientTimeout());
		this.fileClients = clients(http, properties, properties.fileTimeout());
	}

	private ServiceClient(ServiceCredentials credentials, Map<Service, RestClient> clients,
			Map<Service, RestClient> fileClients) {
		this.credentials = credentials;
		this.clients = clients;
		this.patientClients = clients;
		this.fileClients = fileClients;
	}

	private static Map<Service, RestClient> clients(HttpClient http, ConsoleProperties properties, Duration timeout) {
		JdkClientHttpRequestFactory requests = new JdkClientHttpRequestFactory(http);
		requests.setReadTimeout(timeout);
		Map<Service, RestClient> clients = new EnumMap<>(Service.class);
		for (Service service : Service.values()) {
			clients.put(service,
					RestClient.builder()
						.baseUrl(service.baseUrl(properties).toString())
						.requestFactory(requests)
						.configureMessageConverters((converters) -> converters.registerDefaults()
							.withJsonConverter(new JacksonJsonHttpMessageConverter(JSON)))
						.build());
		}
		return clients;
	}

	/** The same for what a service can only answer when a provider has. */
	public ServiceClient patient() {
		return new ServiceClient(this.credentials, this.patientClients, this.fileClients);
	}

	/**
	 * Reads.
	 */
	public <T> Answer<T> get(Service service, Secret key, Class<T> type, String path, Object... variables) {
		return call(service, HttpMethod.GET, key, null, (response) -> response.bodyTo(type), path, variables);
	}

	/**
	 * Reads a list.
	 */
	public <T> Answer<T> get(Service service, Secret key, ParameterizedTypeReference<T> type, String path,
			Object... variables) {
		return call(service, HttpMethod.GET, key, null, (response) -> response.bodyTo(type), path, variables);
	}

	/**
	 * Reads a page of a list.
	 * @param cursor where it begins, as the page before says; null for the first
	 */
	public <T> Answer<T> page(Service service, Secret key, ParameterizedTypeReference<T> type, @Nullable String cursor,
			String path, Object... variables) {
		if (cursor == null || cursor.isBlank()) {
			return get(service, key, type, path, variables);
		}
		Object[] all = Arrays.copyOf(variables, variables.length + 1);
		all[variables.length] = cursor;
		return get(service, key, type, path + (path.contains("?") ? "&" : "?") + "cursor={cursor}", all);
	}

	/**
	 * Reads a page of a list.
	 * @param cursor where it begins, as the page before says; null for the first
	 */
	public <T> Answer<T> page(Service service, Secret key, Class<T> type, @Nullable String cursor, String path,
			Object... variables) {
		return page(service, key, ParameterizedTypeReference.<T>forType(type), cursor, path, variables);
	}

	/**
	 * Changes something.
	 * @param body sent as JSON; null sends none
	 */
	public <T> Answer<T> send(Service service, HttpMethod method, Secret key, @Nullable Object body, Class<T> type,
			String path, Object... variables) {
		return call(service, method, key, body, (response) -> response.bodyTo(type), path, variables);
	}

	/**
	 * Changes something of which no answer but the success matters.
	 */
	public Answer<Boolean> tell(Service service, HttpMethod method, Secret key, String path, Object... variables) {
		return call(service, method, key, null, (response) -> true, path, variables);
	}

	/**
	 * Changes something of which no answer but the success matters.
	 * @param body sent as JSON
	 */
	public Answer<Boolean> tell(Service service, HttpMethod method, Secret key,
			Map<String, ? extends @Nullable Object> body, String path, Object... variables) {
		return call(service, method, key, body, (response) -> true, path, variables);
	}

	/**
	 * Signs somebody up, who has no key yet.
	 * @param address where the person is; key-service limits each address, and believes
	 * it of nobody who does not prove to be the console
	 */
	public <T> Answer<T> signUp(String address, Map<String, String> body, Class<T> type, String path) {
		return exchange(Service.KEYS, HttpMethod.POST, (request) -> tellWhere(request, address), body,
				MediaType.APPLICATION_JSON_VALUE, (response) -> response.bodyTo(type), path);
	}

	private void tellWhere(RestClient.RequestBodySpec request, String address) {
		if (this.credentials.hasOwn()) {
			request.header("X-Forwarded-For", address)
				.header(HttpHeaders.AUTHORIZATION, this.credentials.authorizationAt("keys"));
		}
	}

	/**
	 * Reads a file that is handed on as it comes. The time that a request may take is one
	 * for its head and body together, so a file has its own.
	 * @param accept its content type
	 */
	public Answer<Boolean> copy(Service service, Secret key, String accept, Sink sink, String path,
			Object... variables) {
		return new ServiceClient(this.credentials, this.fileClients, this.fileClients).call(service, HttpMethod.GET,
				key, null, accept, (response) -> {
					sink.take(response.getBody());
					return true;
				}, path, variables);
	}

	private <T> Answer<T> call(Service service, HttpMethod method, Secret key, @Nullable Object body, Reader<T> reader,
			String path, Object... variables) {
		return call(service, method, key, body, MediaType.APPLICATION_JSON_VALUE, reader, path, variables);
	}

	private <T> Answer<T> call(Service service, HttpMethod method, Secret key, @Nullable Object body, String accept,
			Reader<T> reader, String path, Object... variables) {
		return exchange(service, method,
				(request) -> request.header(HttpHeaders.AUTHORIZATION, key.<String>useText((text) -> "Bearer " + text)),
				body, accept, reader, path, variables);
	}

	private <T> Answer<T> exchange(Service service, HttpMethod method, Consumer<RestClient.RequestBodySpec> who,
			@Nullable Object body, String accept, Reader<T> reader, String path, Object... variables) {
		RestClient client = this.clients.get(service);
		if (client == null) {
			throw new IllegalStateException("no client for " + service);
		}
		RestClient.RequestBodySpec request = client.method(method)
			.uri(path, variables)
			.accept(MediaType.parseMediaType(accept), MediaType.APPLICATION_PROBLEM_JSON);
		who.accept(request);
		if (body != null) {
			request.contentType(MediaType.APPLICATION_JSON).body(body);
		}
		try {
			return request.exchange((sent, response) -> read(service, reader, response));
		}
		catch (RestClientException | HttpMessageConversionException | IllegalArgumentException ex) {
			if (ex.getCause() instanceof ClientAbortException) {
				// It was the browser that left, in the middle of a file.
				return new Answer.NotAvailable<>(service);
			}
			// The class alone: a message may quote what was sent.
			logger.warn("{} could not be asked: {}", service.title(), ex.getClass().getSimpleName());
			return new Answer.NotAvailable<>(service);
		}
	}

	private static <T> Answer<T> read(Service service, Reader<T> reader,
			RestClient.RequestHeadersSpec.ConvertibleClientHttpResponse response) throws IOException {
		int status = response.getStatusCode().value();
		if (status == 401) {
			return new Answer.KeyNotAccepted<>();
		}
		if (status >= 500 || status < 200 || (status >= 300 && status < 400)) {
			logger.warn("{} answered {}", service.title(), status);
			Problem problem = problem(response);
			boolean ofAnother = problem.code() != null && OF_OTHERS.contains(problem.code());
			return new Answer.NotAvailable<>(service, ofAnother ? problem.detail() : null);
		}
		if (status >= 400) {
			return refused(status, response);
		}
		T value = reader.read(response);
		return (value != null) ? new Answer.Given<>(value) : new Answer.NotAvailable<>(service);
	}

	private static <T> Answer<T> refused(int status,
			RestClient.RequestHeadersSpec.ConvertibleClientHttpResponse response) {
		Problem problem = problem(response);
		return new Answer.Refused<>(status, (problem.code() != null) ? problem.code() : NO_CODE,
				(problem.detail() != null) ? forPeople(problem.detail())
						: "The service refused this (" + status + "). Check what you entered and try again.");
	}

	/** What a field must be, said to somebody who sees no field of that name. */
	private static String forPeople(String detail) {
		if (detail.startsWith(NOTHING_HERE)) {
			return "It is not there, or not any more.";
		}
		Matcher field = FIELD.matcher(detail);
		return field.matches() ? "The " + UPPER_CASE.matcher(field.group(1)).replaceAll(" $0").toLowerCase(Locale.ROOT)
				+ " " + field.group(2).replace(", or null", "") : detail;
	}

	private static Problem problem(RestClient.RequestHeadersSpec.ConvertibleClientHttpResponse response) {
		try {
			Problem problem = response.bodyTo(Problem.class);
			return (problem != null) ? problem : Problem.NONE;
		}
		catch (RestClientException | HttpMessageConversionException ex) {
			return Problem.NONE;
		}
	}

	/**
	 * Takes a good answer's body.
	 */
	@FunctionalInterface
	public interface Sink {

		void take(InputStream body) throws IOException;

	}

	/**
	 * Takes what matters out of a good answer; null when it is not there.
	 */
	private interface Reader<T> {

		@Nullable T read(RestClient.RequestHeadersSpec.ConvertibleClientHttpResponse response) throws IOException;

	}

	/**
	 * RFC 9457, as far as it is shown.
	 */
	private record Problem(@Nullable String code, @Nullable String detail) {

		static final Problem NONE = new Problem(null, null);

	}

}
