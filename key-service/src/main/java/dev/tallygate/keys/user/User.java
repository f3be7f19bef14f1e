package dev.tallygate.keys.user;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.tallygate.events.UserEvent;
import dev.tallygate.events.UserId;
import dev.tallygate.security.caller.Role;
import dev.tallygate.security.paging.Cursor;
import dev.tallygate.security.paging.NewestFirst;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A person or machine account.
 *
 * @param id who
 * @param email unique, whatever the case of its letters
 * @param displayName as the user likes to be called
 * @param role what the user may do
 * @param createdAt when the user signed up or was created
 * @param version grows with every change
 */
public record User(UserId id, String email, @Nullable String displayName, Role role, Instant createdAt,
		@JsonIgnore long version) {

	User with(String newEmail, @Nullable String newDisplayName, Role newRole) {
		return new User(this.id, newEmail, newDisplayName, newRole, this.createdAt, this.version + 1);
	}

	UserEvent.Registered registered() {
		return new UserEvent.Registered(this.id, this.createdAt, this.version);
	}

	UserEvent.Changed changed() {
		return new UserEvent.Changed(this.id, this.createdAt, this.version);
	}

	UserEvent.Deleted deleted() {
		return new UserEvent.Deleted(this.id, this.createdAt, this.version + 1);
	}

	Cursor cursor() {
		return NewestFirst.after(this.createdAt, this.id);
	}

}
