package dev.tallygate.gateway.completion.running;

import dev.tallygate.gateway.completion.answer.Errors;
import dev.tallygate.gateway.dialect.WireError;
import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.UserId;
import dev.tallygate.gateway.access.KeyWatcher;
import dev.tallygate.gateway.provider.Watch;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.Introspection;
import dev.tallygate.security.caller.IntrospectionOutcome;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * All calls that run. A stream whose key dies is cut: at once when an event tells, else
 * when the key is next looked at; also when the key's own end comes.
 */
public final class RunningCalls implements KeyWatcher {

	private final Set<RunningCall> calls = ConcurrentHashMap.newKeySet();

	private final Introspection introspection;

	private final Watch watch;

	public RunningCalls(Introspection introspection, Watch watch) {
		this.introspection = introspection;
		this.watch = watch;
	}

	public void add(RunningCall call) {
		this.calls.add(call);
		if (call.streamed()) {
			this.watch.add(call);
		}
	}

	public void remove(RunningCall call) {
		if (call.streamed()) {
			this.watch.remove(call);
		}
		this.calls.remove(call);
	}

	/** How many run. */
	public int size() {
		return this.calls.size();
	}

	@Override
	public void revoked(ApiKeyId key) {
		cut((caller) -> key.equals(caller.apiKeyId()));
	}

	@Override
	public void deleted(UserId user) {
		cut((caller) -> user.equals(caller.userId()));
	}

	private void cut(Predicate<Caller> concerned) {
		for (RunningCall call : this.calls) {
			if (call.streamed() && concerned.test(call.caller())) {
				call.cut(Errors.REVOKED);
			}
		}
	}

	@Override
	public void changed(ApiKeyId key) {
		Thread.ofVirtual().name("recheck-key").start(() -> recheck((caller) -> key.equals(caller.apiKeyId())));
	}

	@Override
	public void recheckAll() {
		recheck((caller) -> true);
	}

	private void recheck(Predicate<Caller> concerned) {
		for (RunningCall call : this.calls) {
			if (call.streamed() && concerned.test(call.caller()) && isDead(call)) {
				call.cut(Errors.REVOKED);
			}
		}
	}

	/** A key that cannot be checked is not dead. */
	private boolean isDead(RunningCall call) {
		Instant end = call.caller().expiresAt();
		return (end != null && !Instant.now().isBefore(end))
				|| this.introspection.introspect(call.token()) instanceof IntrospectionOutcome.Inactive;
	}

	/** Ends whatever still runs. */
	public void cutAll(WireError reason) {
		this.calls.forEach((call) -> call.cut(reason));
	}

}
