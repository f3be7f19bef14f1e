package dev.tallygate.gateway.admission;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.UserId;
import dev.tallygate.gateway.admission.Uncounted.Counted;
import dev.tallygate.gateway.admission.Uncounted.Granted;
import dev.tallygate.security.internal.ServiceClient;
import dev.tallygate.security.internal.ServiceClients;
import dev.tallygate.security.internal.ServiceCredentials;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Budget-service's internal calls.
 */
final class BudgetService implements LeaseDesk, AutoCloseable {

	private static final JsonMapper JSON = JsonMapper.shared();

	private static final int CONFLICT = 409;

	/** As many as budget-service takes; the calls of others count twice for a while. */
	private static final int MAX_USERS = 50_000;

	private final ServiceClient http;

	private final BudgetServiceProperties properties;

	private final String base;

	private final String authorization;

	private final String source;

	/** Another process of the same source is another borrower. */
	private final UUID process = UUID.randomUUID();

	BudgetService(BudgetServiceProperties properties, ServiceCredentials credentials, ServiceClients clients,
			String source) {
		this.http = clients.client(properties.internalUrl(), properties.connectTimeout());
		this.properties = properties;
		this.base = properties.internalUrl().toString().replaceAll("/+$", "");
		this.authorization = credentials.authorizationAt("budget");
		this.source = source;
	}

	@Override
	public long register() throws IOException {
		HttpResponse<byte[]> response = post("/internal/leases/sources",
				Map.of("source", this.source, "process", this.process.toString()));
		return read(response, Registered.class).session();
	}

	@Override
	public List<@Nullable BudgetStatus> ask(long session, List<Ask> asks) throws IOException, SessionOverException {
		List<Map<String, ?>> each = new ArrayList<>(asks.size());
		for (Ask ask : asks) {
			each.add(Map.of("userId", ask.userId().toString(), "scope", ask.scope(), "period", ask.period(), "version",
					ask.version(), "ask", ask.ask(), "line", ask.line()));
		}
		HttpResponse<byte[]> response = post("/internal/leases",
				Map.of("source", this.source, "session", session, "asks", each));
		if (response.statusCode() == CONFLICT) {
			throw new SessionOverException();
		}
		List<@Nullable BudgetStatus> statuses = new ArrayList<>(asks.size());
		for (Answer answer : read(response, Answers.class).data()) {
			statuses.add(answer.status());
		}
		return statuses;
	}

	@Override
	public Granted askForAll(long session, Ask ask) throws IOException, SessionOverException {
		HttpResponse<byte[]> response = post("/internal/leases/installation", Map.of("source", this.source, "session",
				session, "period", ask.period(), "ask", ask.ask(), "line", ask.line()));
		if (response.statusCode() == CONFLICT) {
			throw new SessionOverException();
		}
		return read(response, Granted.class);
	}

	@Override
	public Counted counted(long session, Collection<UserId> users) throws IOException, SessionOverException {
		List<String> asked = users.stream().limit(MAX_USERS).map(UserId::toString).toList();
		HttpResponse<byte[]> response = post("/internal/leases/installation/counted",
				Map.of("source", this.source, "session", session, "users", asked));
		if (response.statusCode() == CONFLICT) {
			throw new SessionOverException();
		}
		return read(response, Counted.class);
	}

	private static <T> T read(HttpResponse<byte[]> response, Class<T> type) throws IOException {
		if (response.statusCode() != 200) {
			throw new IOException("budget-service answered with status " + response.statusCode());
		}
		try {
			return JSON.readValue(response.body(), type);
		}
		catch (JacksonException ex) {
			throw new IOException("budget-service answered something else", ex);
		}
	}

	private HttpResponse<byte[]> post(String path, Map<String, ?> body) throws IOException {
		return this.http.send(HttpRequest.newBuilder(URI.create(this.base + path))
			.timeout(this.properties.requestTimeout())
			.header("Authorization", this.authorization)
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
			.build());
	}

	@Override
	public void close() {
		this.http.close();
	}

	@JsonIgnoreProperties(ignoreUnknown = true)
	private record Registered(long session) {

	}

	@JsonIgnoreProperties(ignoreUnknown = true)
	private record Answers(List<Answer> data) {

	}

	@JsonIgnoreProperties(ignoreUnknown = true)
	private record Answer(UserId userId, @Nullable BudgetStatus status) {

	}

}
