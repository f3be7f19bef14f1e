package dev.tallygate.gateway.dialect.chat;

import dev.tallygate.gateway.dialect.ByteSink;
import dev.tallygate.gateway.dialect.DeliveredText;
import dev.tallygate.gateway.dialect.InBandError;
import dev.tallygate.gateway.dialect.OpenAiEnvelope;
import dev.tallygate.gateway.dialect.ServedBy;
import dev.tallygate.gateway.dialect.ServerSentEvent;
import dev.tallygate.gateway.dialect.StreamReader;
import dev.tallygate.gateway.dialect.WireError;
import dev.tallygate.pricing.Usage;
import dev.tallygate.pricing.wire.UsageContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A streamed chat completion: every event passes as it came, and its usage and text are
 * noted. Where the gateway asked for usage and the caller did not, the event that only
 * carries the usage stays behind, and so does the {@code "usage":null} of the others.
 */
final class ChatStream implements StreamReader {

	private static final byte[] ERROR = "event: error\ndata: ".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] NOTHING = {};

	private final boolean withhold;

	private final int choices;

	private final UsageContext context;

	private final DeliveredText delivered = new DeliveredText();

	private @Nullable Usage usage;

	private @Nullable Usage timed;

	private ServedBy served = ServedBy.UNKNOWN;

	private boolean citing;

	private @Nullable InBandError failure;

	private int finishes;

	private boolean usageAtTheEnd;

	private boolean done;

	/** The event that ends a choice waits for the next: see {@link #release}. */
	private byte[] held = NOTHING;

	private int heldData;

	/**
	 * A stream at its start.
	 * @param withhold whether the caller did not ask for the usage it will carry
	 * @param choices how many choices were asked for
	 * @param context what must be known to read its usage
	 */
	ChatStream(boolean withhold, int choices, UsageContext context) {
		this.withhold = withhold;
		this.choices = choices;
		this.context = context;
	}

	@Override
	public void event(ServerSentEvent event, ByteSink out) throws IOException {
		if (event.isDone()) {
			this.done = true;
			release(NOTHING, out);
			event.writeTo(out);
			return;
		}
		ChatChunk chunk = ChatChunk.read(event.data(), event.dataFrom(), event.dataTo(), this.delivered, this.context);
		note(chunk);
		boolean withheld = this.withhold && event.isCuttable() && chunk.onlyUsage() && chunk.error() == null;
		release(withheld ? chunk.timings() : NOTHING, out);
		if (!this.withhold || !event.isCuttable()) {
			event.writeTo(out);
		}
		else if (chunk.finishes() > 0) {
			hold(event, chunk);
		}
		else if (!withheld) {
			without(event, chunk, out);
		}
	}

	/** What moves into the usage's event because we asked for it is put back here. */
	private void hold(ServerSentEvent event, ChatChunk chunk) throws IOException {
		ByteArrayOutputStream copy = new ByteArrayOutputStream();
		without(event, chunk, copy::write);
		this.held = copy.toByteArray();
		this.heldData = this.held.length - event.after();
	}

	/** Writes the event that was held, with {@code member} as the last of its JSON. */
	private void release(byte[] member, ByteSink out) throws IOException {
		byte[] event = this.held;
		this.held = NOTHING;
		int brace = this.heldData - 1;
		if (event.length == 0) {
			return;
		}
		while (brace >= 0 && event[brace] != '}') {
			brace--;
		}
		if (member.length == 0 || brace < 0) {
			out.write(event, 0, event.length);
			return;
		}
		out.write(event, 0, brace);
		out.write(member, 0, member.length);
		out.write(event, brace, event.length - brace);
	}

	@Override
	public void end(ByteSink out) throws IOException {
		release(NOTHING, out);
	}

	private void note(ChatChunk chunk) {
		this.served = this.served.and(chunk.served());
		this.citing |= chunk.citing();
		if (chunk.usage() != null) {
			this.usage = merged(chunk.usage(), chunk.onlyUsage());
			this.usageAtTheEnd |= !chunk.hasChoices();
		}
		else if (this.usage == null && chunk.timed() != null) {
			this.timed = chunk.timed();
		}
		this.finishes += chunk.finishes();
		if (this.failure == null) {
			this.failure = chunk.error();
		}
	}

	/**
	 * Usage told again replaces what was told before, for it grows. Some servers tell the
	 * usage of each choice apart, in an event of its own: those add up.
	 */
	private Usage merged(Usage told, boolean apart) {
		Usage before = this.usage;
		if (before == null || !apart || this.choices == 1 || !this.usageAtTheEnd || before.outputTokens() == null
				|| told.outputTokens() == null || !Objects.equals(before.inputTokens(), told.inputTokens())) {
			return told;
		}
		return before.andChoice(told);
	}

	private static void without(ServerSentEvent event, ChatChunk chunk, ByteSink out) throws IOException {
		if (chunk.nullUsageFrom() < 0) {
			event.writeTo(out);
		}
		else {
			event.writeWithout(chunk.nullUsageFrom(), chunk.nullUsageTo(), out);
		}
	}

	@Override
	public @Nullable Usage usage() {
		return ChatUsage.withSearch(this.served.ofPerhaps((this.usage != null) ? this.usage : this.timed), this.citing);
	}

	@Override
	public DeliveredText delivered() {
		return this.delivered;
	}

	/** Each choice tells its end, and the usage comes after all of them. */
	@Override
	public boolean finished() {
		return this.done || this.usageAtTheEnd || this.finishes >= this.choices;
	}

	@Override
	public boolean closed() {
		return this.done;
	}

	@Override
	public @Nullable InBandError failure() {
		return this.failure;
	}

	@Override
	public void fail(WireError error, ByteSink out) throws IOException {
		release(NOTHING, out);
		byte[] body = OpenAiEnvelope.INSTANCE.body(error, "");
		out.write(ERROR, 0, ERROR.length);
		out.write(body, 0, body.length);
		out.write(new byte[] { '\n', '\n' }, 0, 2);
	}

	/** An end that breaks is all that some clients of this wire notice. */
	@Override
	public boolean breaks() {
		return true;
	}

}
