package dev.tallygate.gateway.completion.running;

import dev.tallygate.gateway.dialect.WireError;
import dev.tallygate.gateway.provider.UpstreamCall;
import dev.tallygate.gateway.provider.Watch;
import dev.tallygate.security.caller.Caller;
import org.jspecify.annotations.Nullable;

/**
 * A call while it runs, as other threads see it: they can cut it and keep it alive.
 */
public final class RunningCall implements Watch.Watched {

	private final Caller caller;

	private final String token;

	private final boolean streamed;

	private final long heartbeatNanos;

	private volatile @Nullable UpstreamCall upstream;

	private volatile @Nullable ClientStream client;

	private volatile @Nullable WireError cut;

	private volatile long eventAt;

	public RunningCall(Caller caller, String token, boolean streamed, long heartbeatNanos) {
		this.caller = caller;
		this.token = token;
		this.streamed = streamed;
		this.heartbeatNanos = heartbeatNanos;
	}

	Caller caller() {
		return this.caller;
	}

	/** What the caller presented, to look at again while the stream runs. */
	String token() {
		return this.token;
	}

	boolean streamed() {
		return this.streamed;
	}

	/** The provider is being called. */
	public void calling(UpstreamCall call) {
		this.upstream = call;
		if (this.cut != null) {
			call.abort();
		}
	}

	/** The first bytes are here, heartbeats may start. */
	public void streaming(ClientStream stream, long now) {
		this.eventAt = now;
		this.client = stream;
	}

	/** An event was sent. */
	public void eventSent(long now) {
		this.eventAt = now;
	}

	/** Ends the call at once and tells the caller so. */
	public void cut(WireError reason) {
		this.cut = reason;
		UpstreamCall call = this.upstream;
		if (call != null) {
			call.abort();
		}
	}

	/** Why it was cut; null while it was not. */
	public @Nullable WireError cutReason() {
		return this.cut;
	}

	@Override
	public void check(long nanos) {
		ClientStream stream = this.client;
		if (stream != null && nanos - this.eventAt > this.heartbeatNanos) {
			this.eventAt = nanos;
			Thread.ofVirtual().name("heartbeat").start(() -> beat(stream));
		}
	}

	private void beat(ClientStream stream) {
		UpstreamCall call = this.upstream;
		if (!stream.heartbeat() && call != null) {
			call.abort();
		}
	}

}
