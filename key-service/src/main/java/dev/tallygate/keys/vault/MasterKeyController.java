package dev.tallygate.keys.vault;

import dev.tallygate.keys.audit.Actor;
import dev.tallygate.keys.audit.AuditAction;
import dev.tallygate.keys.audit.AuditEvent;
import dev.tallygate.keys.audit.AuditLog;
import dev.tallygate.security.caller.AdminOnly;
import dev.tallygate.security.caller.Caller;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * The master keys, by id, and re-wrapping.
 */
@RestController
@AdminOnly
@RequestMapping("/api/master-keys")
class MasterKeyController {

	private final Rewrap rewrap;

	private final AuditLog audit;

	private final TransactionTemplate transaction;

	MasterKeyController(Rewrap rewrap, AuditLog audit, TransactionTemplate transaction) {
		this.rewrap = rewrap;
		this.audit = audit;
		this.transaction = transaction;
	}

	@GetMapping
	State get() {
		return new State(this.rewrap.usage(), this.rewrap.progress());
	}

	@PostMapping("/rewrap")
	@ResponseStatus(HttpStatus.ACCEPTED)
	State rewrap(Caller caller, HttpServletRequest request) {
		Actor actor = Actor.of(caller, request);
		this.transaction.executeWithoutResult(
				(status) -> this.audit.append(AuditEvent.installation(actor, AuditAction.MASTER_KEY_REWRAP)));
		this.rewrap.start();
		return get();
	}

	/**
	 * Where things stand.
	 *
	 * @param data the keys, with the number of records that need each
	 * @param rewrap how far re-wrapping has come in this process; null when it was not
	 * started here
	 */
	record State(List<Rewrap.Usage> data, Rewrap.@Nullable Progress rewrap) {

	}

}
