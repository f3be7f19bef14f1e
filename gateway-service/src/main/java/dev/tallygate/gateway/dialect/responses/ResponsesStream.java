package dev.tallygate.gateway.dialect.responses;

import dev.tallygate.gateway.dialect.ByteSink;
import dev.tallygate.gateway.dialect.DeliveredText;
import dev.tallygate.gateway.dialect.InBandError;
import dev.tallygate.gateway.dialect.Reading;
import dev.tallygate.gateway.dialect.ServedBy;
import dev.tallygate.gateway.dialect.ServerSentEvent;
import dev.tallygate.gateway.dialect.StreamReader;
import dev.tallygate.gateway.dialect.WireError;
import dev.tallygate.pricing.Usage;
import dev.tallygate.pricing.wire.ResponseTools;
import dev.tallygate.security.problem.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A streamed response: every event passes as it came, with its name where the provider
 * left that out. It ends with a response that failed when anything goes wrong, for this
 * wire's clients show nothing else.
 */
public final class ResponsesStream implements StreamReader {

	private static final JsonMapper JSON = JsonMapper.shared();

	/** A longer response is not repeated when it fails. */
	private static final int MAX_REPEATED = 256 * 1024;

	private final Reading tools;

	private final boolean stored;

	private final DeliveredText delivered = new DeliveredText();

	private @Nullable Usage usage;

	private ServedBy served = ServedBy.UNKNOWN;

	/** What the tools used so far, which the usage tells too when it comes. */
	private final ResponseTools toolsDone = new ResponseTools();

	private @Nullable InBandError failure;

	private @Nullable String id;

	private final Set<String> items = new LinkedHashSet<>();

	private byte[] response = {};

	private long sequence = -1;

	private boolean created;

	private boolean closed;

	/**
	 * A stream at its start.
	 * @param stored whether the provider keeps the response
	 */
	public ResponsesStream(Reading tools, boolean stored) {
		this.tools = tools;
		this.stored = stored;
	}

	@Override
	public void event(ServerSentEvent event, ByteSink out) throws IOException {
		ResponsesEvent read = ResponsesEvent.read(event.data(), event.dataFrom(), event.dataTo(), this.delivered,
				this.tools);
		note(read);
		String type = read.type();
		if (event.isNamed() || type == null || !isName(type)) {
			event.writeTo(out);
		}
		else {
			event.writeNamed(type, out);
		}
	}

	private void note(ResponsesEvent read) {
		String type = (read.type() != null) ? read.type() : "";
		this.created |= "response.created".equals(type);
		this.closed |= switch (type) {
			case "response.completed", "response.incomplete", "response.failed" -> true;
			default -> false;
		};
		this.served = this.served.and(read.served());
		read.countItem(this.toolsDone);
		this.sequence = Math.max(this.sequence, read.sequence());
		if (read.usage() != null) {
			this.usage = read.usage();
		}
		if (read.id() != null) {
			this.id = read.id();
		}
		if (this.items.size() < Items.MOST) {
			this.items.addAll(read.items());
		}
		if (this.response.length == 0 && read.response().length <= MAX_REPEATED) {
			this.response = read.response();
		}
		if (this.failure == null) {
			this.failure = read.error();
		}
	}

	private static boolean isName(String type) {
		return type.length() <= 100 && type.chars().allMatch((c) -> c > ' ' && c <= '~');
	}

	@Override
	public @Nullable String keptAs() {
		return this.stored ? this.id : null;
	}

	@Override
	public List<String> items() {
		return List.copyOf(this.items);
	}

	@Override
	public @Nullable Usage usage() {
		if (this.usage != null) {
			return this.served.of(this.usage);
		}
		Usage told = this.toolsDone.addTo(Usage.NONE);
		return this.served.ofPerhaps(told.isEmpty() ? null : told);
	}

	@Override
	public DeliveredText delivered() {
		return this.delivered;
	}

	@Override
	public boolean finished() {
		return this.closed;
	}

	@Override
	public boolean closed() {
		return this.closed;
	}

	@Override
	public @Nullable InBandError failure() {
		return this.failure;
	}

	@Override
	public void fail(WireError error, ByteSink out) throws IOException {
		ObjectNode failed = asResponse();
		if (!this.created) {
			failed.put("status", "in_progress");
			failed.putNull("error");
			write("response.created", failed, out);
		}
		failed.put("status", "failed");
		failed.set("error", JSON.valueToTree(Map.of("code", codeOf(error), "message", error.message())));
		write("response.failed", failed, out);
	}

	/** Agents go on asking unless it is one of these two. */
	private static String codeOf(WireError error) {
		return switch (error.code()) {
			case "budget_exceeded", "credits_exhausted" -> "insufficient_quota";
			case ErrorCode.INVALID_API_KEY -> "invalid_prompt";
			default -> error.code();
		};
	}

	private ObjectNode asResponse() {
		try {
			if (this.response.length > 0 && JSON.readTree(this.response) instanceof ObjectNode known) {
				return known;
			}
		}
		catch (JacksonException ex) {
			// then there is none to go on from
		}
		ObjectNode made = JSON.createObjectNode();
		made.put("id", "resp_" + this.tools.callId().replace("-", ""));
		made.put("object", "response");
		made.put("created_at", Instant.now().getEpochSecond());
		made.set("output", JSON.valueToTree(List.of()));
		made.put("model", "");
		return made;
	}

	private void write(String name, ObjectNode inside, ByteSink out) throws IOException {
		this.sequence++;
		ObjectNode event = JSON.createObjectNode();
		event.put("type", name);
		event.put("sequence_number", this.sequence);
		event.set("response", inside);
		byte[] bytes = ("event: " + name + "\ndata: " + JSON.writeValueAsString(event) + "\n\n")
			.getBytes(StandardCharsets.UTF_8);
		out.write(bytes, 0, bytes.length);
	}

	/** A broken end hides what the failed response says. */
	@Override
	public boolean breaks() {
		return false;
	}

}
