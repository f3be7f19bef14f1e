package dev.tallygate.keys.introspection;

import dev.tallygate.keys.apikey.PresentedKeys;
import dev.tallygate.security.caller.ApiKeyFormat;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.Introspection;
import dev.tallygate.security.caller.IntrospectionOutcome;
import dev.tallygate.security.caller.IntrospectionOutcome.Inactive;
import dev.tallygate.security.caller.IntrospectionOutcome.Unavailable;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Looks tokens up where they are kept. Never cached, so that this service itself forgets
 * a revoked key at once.
 */
@Component
class TokenLookup implements Introspection {

	private final PresentedKeys keys;

	private final ObjectProvider<JwtSubjects> subjects;

	TokenLookup(PresentedKeys keys, ObjectProvider<JwtSubjects> subjects) {
		this.keys = keys;
		this.subjects = subjects;
	}

	@Override
	public IntrospectionOutcome introspect(String token) {
		if (!ApiKeyFormat.isWorthLookingUp(token)) {
			return new Inactive();
		}
		try {
			Optional<Caller> caller = this.keys.find(token);
			if (caller.isPresent()) {
				return new IntrospectionOutcome.Active(caller.get());
			}
			JwtSubjects issuer = this.subjects.getIfAvailable();
			return (issuer != null) ? issuer.introspect(token) : new Inactive();
		}
		catch (DataAccessException | TransactionException ex) {
			return new Unavailable();
		}
	}

}
