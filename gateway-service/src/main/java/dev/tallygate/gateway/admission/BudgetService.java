package dev.tallygate.gateway.admission;

import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.UserId;
import dev.tallygate.gateway.admission.OpenCallsTeller.Elsewhere;
import dev.tallygate.gateway.admission.Uncounted.Counted;
import dev.tallygate.gateway.admission.Uncounted.Granted;
import dev.tallygate.security.internal.ServiceAnswer;
import dev.tallygate.security.internal.ServiceClient;
import dev.tallygate.security.internal.ServiceClients;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Budget-service's internal calls.
 */
final class BudgetService implements LeaseDesk, AutoCloseable {

	private static final int CONFLICT = 409;

	/** As many as budget-service takes; the calls of others count twice for a while. */
	private static final int MAX_USERS = 50_000;

	private final ServiceClient http;

	private final String source;

	/** Another process of the same source is another borrower. */
	private final UUID process = UUID.randomUUID();

	BudgetService(BudgetServiceProperties properties, ServiceClients clients, String source) {
		this.http = clients.budgetService(properties.internalUrl(), properties.connectTimeout(),
				properties.requestTimeout());
		this.source = source;
	}

	@Override
	public long register() throws IOException {
		return this.http
			.post("/internal/leases/sources", Map.of("source", this.source, "process", this.process.toString()))
			.read(Registered.class)
			.session();
	}

	@Override
	public List<@Nullable BudgetStatus> ask(long session, List<Ask> asks) throws IOException, SessionOverException {
		List<Map<String, ?>> each = new ArrayList<>(asks.size());
		for (Ask ask : asks) {
			each.add(Map.of("userId", ask.userId().toString(), "scope", ask.scope(), "period", ask.period(), "version",
					ask.version(), "ask", ask.ask(), "line", ask.line()));
		}
		Answers answers = inSession("/internal/leases", Map.of("source", this.source, "session", session, "asks", each),
				Answers.class);
		List<@Nullable BudgetStatus> statuses = new ArrayList<>(asks.size());
		for (Answer answer : answers.data()) {
			statuses.add(answer.status());
		}
		return statuses;
	}

	@Override
	public Granted askForAll(long session, Ask ask) throws IOException, SessionOverException {
		return inSession("/internal/leases/installation", Map.of("source", this.source, "session", session, "period",
				ask.period(), "ask", ask.ask(), "line", ask.line()), Granted.class);
	}

	@Override
	public Counted counted(long session, Collection<UserId> users) throws IOException, SessionOverException {
		List<String> asked = users.stream().limit(MAX_USERS).map(UserId::toString).toList();
		return inSession("/internal/leases/installation/counted",
				Map.of("source", this.source, "session", session, "users", asked), Counted.class);
	}

	@Override
	public int tellOpen(long session, Map<UserId, Held> open) throws IOException, SessionOverException {
		List<Map<String, ?>> each = new ArrayList<>(open.size());
		open.forEach((user, held) -> each
			.add(Map.of("userId", user.toString(), "openCalls", held.calls(), "heldNanos", held.amount().value())));
		return inSession("/internal/open-calls", Map.of("source", this.source, "session", session, "calls", each),
				Others.class)
			.others();
	}

	@Override
	public Elsewhere openElsewhere(long session, UserId user) throws IOException, SessionOverException {
		return inSession("/internal/open-calls/elsewhere",
				Map.of("source", this.source, "session", session, "userId", user.toString()), Elsewhere.class);
	}

	private <T> T inSession(String path, Map<String, ?> body, Class<T> type) throws IOException, SessionOverException {
		ServiceAnswer answer = this.http.post(path, body);
		if (answer.status() == CONFLICT) {
			throw new SessionOverException();
		}
		return answer.read(type);
	}

	@Override
	public void close() {
		this.http.close();
	}

	private record Registered(long session) {

	}

	private record Others(int others) {

	}

	private record Answers(List<Answer> data) {

	}

	private record Answer(UserId userId, @Nullable BudgetStatus status) {

	}

}
