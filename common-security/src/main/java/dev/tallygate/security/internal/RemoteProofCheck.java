package dev.tallygate.security.internal;

import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks key-service, which alone knows every service's secret, whether a proof that was
 * presented here is right.
 */
final class RemoteProofCheck implements ProofCheck, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(RemoteProofCheck.class);

	private final ServiceClient keyService;

	RemoteProofCheck(ServiceClient keyService) {
		this.keyService = keyService;
	}

	@Override
	public Verdict check(PresentedCredential presented) {
		Map<String, String> question = presented.secret()
			.useText((proof) -> Map.of("service", presented.service(), "proof", proof));
		try {
			Answer answer = this.keyService.post("/internal/services/verify", question).read(Answer.class);
			return answer.valid() ? Verdict.RIGHT : Verdict.WRONG;
		}
		catch (UnansweredException ex) {
			logger.warn("nobody could tell who calls: {}", ex.getMessage());
			return Verdict.UNDECIDED;
		}
	}

	@Override
	public void close() {
		this.keyService.close();
	}

	private record Answer(boolean valid) {

	}

}
