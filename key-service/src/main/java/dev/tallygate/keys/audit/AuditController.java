package dev.tallygate.keys.audit;

import dev.tallygate.events.UserId;
import dev.tallygate.keys.owner.Owners;
import dev.tallygate.security.caller.AdminOnly;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.PathUser;
import dev.tallygate.security.caller.UserInPath;
import dev.tallygate.security.paging.Cursor;
import dev.tallygate.security.paging.Page;
import dev.tallygate.security.paging.PageLimit;
import dev.tallygate.security.problem.ProblemException;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Shows the audit log: to a user what happened to its keys, to an administrator all.
 */
@RestController
class AuditController implements UserInPath {

	private static final Pattern ACTION = Pattern.compile("[a-z.-]{1,64}");

	private final AuditLog log;

	private final Owners owners;

	private final AuditVerification verification;

	AuditController(AuditLog log, Owners owners, AuditVerification verification) {
		this.verification = verification;
		this.log = log;
		this.owners = owners;
	}

	@Override
	public void requireOf(UserId user, Map<String, String> path, Caller caller) {
		this.owners.require(user);
	}

	@GetMapping("/api/users/{user}/audit")
	Page<AuditEntry> ofUser(@PathUser UserId user, @RequestParam @Nullable String action,
			@RequestParam(defaultValue = "true") boolean reveals, @RequestParam @Nullable Integer limit,
			@RequestParam @Nullable String cursor) {
		return page(new AuditFilter(user.value(), checked(action), reveals), limit, cursor);
	}

	@AdminOnly
	@GetMapping("/api/audit")
	Page<AuditEntry> all(@RequestParam @Nullable String action, @RequestParam(defaultValue = "true") boolean reveals,
			@RequestParam @Nullable Integer limit, @RequestParam @Nullable String cursor) {
		return page(new AuditFilter(null, checked(action), reveals), limit, cursor);
	}

	@AdminOnly
	@GetMapping("/api/audit/verify")
	AuditVerification.Report verify() {
		try {
			return this.verification.verify();
		}
		catch (TimeoutException ex) {
			throw new ProblemException(HttpStatus.SERVICE_UNAVAILABLE, "audit_heads_unavailable",
					"The published heads cannot be read from Kafka at the moment. Try again when it is back.");
		}
	}

	private Page<AuditEntry> page(AuditFilter filter, @Nullable Integer limit, @Nullable String cursor) {
		int size = PageLimit.of(limit);
		AuditLog.Position from = Cursor.parse(cursor, AuditLog.Position::parse);
		return Page.of(this.log.find(filter, from, size + 1), size, AuditEntry::cursor);
	}

	/** Other services name actions of their own, so any name is taken. */
	private static @Nullable String checked(@Nullable String action) {
		if (action == null || action.isEmpty()) {
			return null;
		}
		if (!ACTION.matcher(action).matches()) {
			throw ProblemException.invalidField("action", "must be an action's name, such as provider-key.revealed");
		}
		return action;
	}

}
