package dev.tallygate.simulator;

import dev.tallygate.simulator.SimulatedKeys.Verdict;
import dev.tallygate.simulator.call.Directives;
import dev.tallygate.simulator.call.Json;
import dev.tallygate.simulator.call.Refusal;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What a test asks about and sets, under {@code /sim}.
 */
final class ControlRoutes {

	/** So many rows an answer: all of a long bill at once are more than its heap. */
	private static final int PAGE = 10_000;

	private final Bill bill;

	private final SimulatedKeys keys;

	private final Controls controls;

	ControlRoutes(Bill bill, SimulatedKeys keys, Controls controls) {
		this.bill = bill;
		this.keys = keys;
		this.controls = controls;
	}

	Reply answer(FullHttpRequest request, QueryStringDecoder target) {
		try {
			return switch (request.method().name() + " " + target.path()) {
				case "GET /sim/health" -> Reply.of(Map.of("status", "UP"));
				case "GET /sim/ledger" -> Reply.of(ledger(target));
				case "DELETE /sim/ledger" -> {
					this.bill.clear();
					yield Reply.NOTHING;
				}
				case "GET /sim/open" -> Reply.of(Map.of("data", this.bill.open()));
				case "POST /sim/keys" -> {
					JsonNode body = Json.MAPPER.readTree(text(request));
					this.keys.set(body.path("key").asString(""), Verdict.of(body.path("status").asString("")));
					yield Reply.NOTHING;
				}
				case "DELETE /sim/keys" -> {
					this.keys.reset();
					yield Reply.NOTHING;
				}
				case "PUT /sim/behaviour" -> {
					this.controls.everyCall(Directives.parse(text(request)));
					yield Reply.NOTHING;
				}
				case "DELETE /sim/behaviour" -> {
					this.controls.everyCall(Directives.NONE);
					yield Reply.NOTHING;
				}
				default -> throw new Refusal(404, "no such simulator route");
			};
		}
		catch (Refusal ex) {
			return new Reply(ex.status(), Json.MAPPER.writeValueAsString(Map.of("message", ex.message())));
		}
		catch (JacksonException ex) {
			return new Reply(400, "{\"message\":\"the body is no JSON\"}");
		}
	}

	private LedgerPage ledger(QueryStringDecoder target) {
		String after = parameter(target, "since");
		long since = (after != null) ? Long.parseLong(after) : 0;
		String requestId = parameter(target, "requestId");
		boolean all = parameter(target, "all") != null;
		Predicate<BillRow> wanted = (row) -> (all || row.billed())
				&& (requestId == null || requestId.equals(row.requestId()));
		List<BillRow> rows = this.bill.rows(since, wanted, PAGE + 1);
		boolean more = rows.size() > PAGE;
		List<BillRow> page = more ? rows.subList(0, PAGE) : rows;
		return new LedgerPage(this.bill.totals(), this.bill.open().size(), page, more ? page.getLast().seq() : null);
	}

	private static @Nullable String parameter(QueryStringDecoder target, String name) {
		List<String> values = target.parameters().get(name);
		return (values != null) ? values.getFirst() : null;
	}

	private static String text(FullHttpRequest request) {
		return request.content().toString(StandardCharsets.UTF_8);
	}

	/**
	 * The bill as a test reads it.
	 *
	 * @param totals over everything
	 * @param open how many calls are being answered
	 * @param data the rows asked for, oldest first, at most 10,000
	 * @param next what to ask for the next ones {@code since}; null when these are all
	 */
	record LedgerPage(Bill.Totals totals, int open, List<BillRow> data, @Nullable Long next) {

	}

	/**
	 * An answer.
	 */
	record Reply(int status, String body) {

		static final Reply NOTHING = new Reply(204, "");

		static Reply of(Object body) {
			return new Reply(200, Json.MAPPER.writeValueAsString(body));
		}

	}

}
