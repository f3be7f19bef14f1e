package dev.tallygate.keys.user;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import dev.tallygate.security.caller.Role;
import org.jspecify.annotations.Nullable;

/**
 * What to change of a user. What is absent stays; a null display name clears it. A class,
 * not a record, because a record cannot tell absent from null.
 */
@JsonAutoDetect(getterVisibility = JsonAutoDetect.Visibility.NONE)
final class UserChange {

	@JsonProperty
	private @Nullable String email;

	private @Nullable String displayName;

	private boolean displayNameGiven;

	@JsonProperty
	private @Nullable Role role;

	@JsonSetter("displayName")
	void displayName(@Nullable String name) {
		this.displayName = name;
		this.displayNameGiven = true;
	}

	@Nullable Role role() {
		return this.role;
	}

	/**
	 * The user after it.
	 */
	User applyTo(User user) {
		return user.with((this.email != null) ? UserFields.email(this.email) : user.email(),
				this.displayNameGiven ? UserFields.displayName(this.displayName) : user.displayName(),
				(this.role != null) ? this.role : user.role());
	}

}
