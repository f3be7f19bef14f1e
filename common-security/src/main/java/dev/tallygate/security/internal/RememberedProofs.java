package dev.tallygate.security.internal;

import dev.tallygate.security.secret.Secret;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers per service the last proof that was right, for a while, and for longer while
 * nobody can be asked again: what was right a minute ago is no reason to stand still.
 * Others are asked about one at a time, so that guesses cannot flood key-service.
 */
final class RememberedProofs implements ProofCheck {

	/** Names are ours; more of them are no services. */
	private static final int MOST = 16;

	private final ProofCheck source;

	private final Duration life;

	private final Duration lifeUnasked;

	private final LongSupplier nanoTime;

	private final Map<String, Right> right = new ConcurrentHashMap<>();

	private final ReentrantLock asking = new ReentrantLock();

	RememberedProofs(ProofCheck source, Duration life, Duration lifeUnasked, LongSupplier nanoTime) {
		this.source = source;
		this.life = life;
		this.lifeUnasked = lifeUnasked;
		this.nanoTime = nanoTime;
	}

	@Override
	public Verdict check(PresentedCredential presented) {
		if (!ServiceProof.hasForm(presented.secret())) {
			return Verdict.WRONG;
		}
		if (isRight(presented, this.life)) {
			return Verdict.RIGHT;
		}
		this.asking.lock();
		try {
			return isRight(presented, this.life) ? Verdict.RIGHT : ask(presented);
		}
		finally {
			this.asking.unlock();
		}
	}

	private Verdict ask(PresentedCredential presented) {
		Verdict verdict = this.source.check(presented);
		return switch (verdict) {
			case RIGHT -> {
				if (this.right.size() < MOST || this.right.containsKey(presented.service())) {
					this.right.put(presented.service(), new Right(presented.secret(), this.nanoTime.getAsLong()));
				}
				yield Verdict.RIGHT;
			}
			case WRONG -> {
				// The secret may have been changed since.
				this.right.computeIfPresent(presented.service(),
						(service, known) -> known.proof().matches(presented.secret()) ? null : known);
				yield Verdict.WRONG;
			}
			case UNDECIDED -> isRight(presented, this.lifeUnasked) ? Verdict.RIGHT : Verdict.UNDECIDED;
		};
	}

	private boolean isRight(PresentedCredential presented, Duration within) {
		@Nullable Right known = this.right.get(presented.service());
		return known != null && known.proof().matches(presented.secret())
				&& this.nanoTime.getAsLong() - known.at() < within.toNanos();
	}

	private record Right(Secret proof, long at) {

	}

}
