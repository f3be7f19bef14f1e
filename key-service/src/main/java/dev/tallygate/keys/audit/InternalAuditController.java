package dev.tallygate.keys.audit;

import dev.tallygate.security.internal.AllowedServices;
import dev.tallygate.security.internal.ServiceCaller;
import org.springframework.http.HttpStatus;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Takes what the other services have decided into the one chain.
 */
@RestController
class InternalAuditController {

	private final AuditLog log;

	private final TransactionTemplate transaction;

	InternalAuditController(AuditLog log, TransactionTemplate transaction) {
		this.log = log;
		this.transaction = transaction;
	}

	@AllowedServices({ "budget", "metering", "gateway" })
	@PostMapping("/internal/audit")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void report(@RequestBody AuditReport body, ServiceCaller service) {
		AuditEvent event = body.event(service.name());
		this.transaction.executeWithoutResult((status) -> this.log.append(event));
	}

}
