package dev.tallygate.console.admin;

import dev.tallygate.console.services.Answer;
import dev.tallygate.console.services.Service;
import dev.tallygate.console.services.ServiceClient;
import dev.tallygate.console.session.SignedIn;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;

/**
 * What people are called, so that lists show names where they are known and the beginning
 * and end of an id where not.
 */
public final class Names {

	private static final ParameterizedTypeReference<Listed<UsersController.User>> USERS = new ParameterizedTypeReference<>() {
	};

	/** More people than these are shown by their ids. */
	private static final int PAGES = 5;

	private static final int SHORT = 13;

	/** Whose the keys are that everybody’s calls use. */
	private static final String OPERATOR = "00000000-0000-0000-0000-000000000000";

	private final Map<String, String> names;

	private Names(Map<String, String> names) {
		this.names = names;
	}

	/** Asks key-service; without it there are no names, and no trouble. */
	static Names of(ServiceClient services, SignedIn person) {
		Map<String, String> names = new HashMap<>();
		String cursor = null;
		for (int page = 0; page < PAGES; page++) {
			Answer<Listed<UsersController.User>> answer = services.page(Service.KEYS, person.key(), USERS, cursor,
					"/api/users?limit=200");
			if (!(answer instanceof Answer.Given<Listed<UsersController.User>>(Listed<UsersController.User> users))) {
				break;
			}
			users.rows().forEach((user) -> names.put(user.id(), user.name()));
			cursor = users.nextCursor();
			if (cursor == null) {
				break;
			}
		}
		return new Names(names);
	}

	/** What to show for an id; empty for none. */
	public String name(@Nullable String id) {
		if (id == null) {
			return "";
		}
		if (OPERATOR.equals(id)) {
			return "the operator";
		}
		String known = this.names.get(id);
		if (known != null) {
			return known;
		}
		return (id.length() > SHORT) ? id.substring(0, 8) + "…" + id.substring(id.length() - 4) : id;
	}

}
