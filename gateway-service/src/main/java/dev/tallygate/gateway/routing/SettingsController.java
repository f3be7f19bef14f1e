package dev.tallygate.gateway.routing;

import com.fasterxml.jackson.annotation.JsonSetter;
import dev.tallygate.events.UserId;
import dev.tallygate.gateway.admission.KnownUsers;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.PathUser;
import dev.tallygate.security.caller.UserInPath;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * What users set for all their calls.
 */
@RestController
@RequestMapping("/api/users/{user}/settings")
class SettingsController implements UserInPath {

	private final SettingsStore settings;

	private final KnownUsers known;

	SettingsController(SettingsStore settings, KnownUsers known) {
		this.settings = settings;
		this.known = known;
	}

	@Override
	public void requireOf(UserId user, Map<String, String> path, Caller caller) {
		this.known.require(user, caller);
	}

	@GetMapping
	Settings get(@PathUser UserId user, Caller caller) {
		this.known.require(user, caller);
		return settings(user);
	}

	private Settings settings(UserId user) {
		return new Settings(this.settings.preferredModel(user).orElse(null));
	}

	@PatchMapping
	Settings change(@PathUser UserId user, @RequestBody Change change) {
		if (change.given) {
			this.settings.prefer(user, Preference.checked(change.preferredModel));
		}
		return settings(user);
	}

	/**
	 * A user's settings.
	 *
	 * @param preferredModel the model of calls that name none
	 */
	record Settings(@Nullable String preferredModel) {

	}

	/** What is to change: absent stays, null is cleared. */
	static final class Change {

		private @Nullable String preferredModel;

		private boolean given;

		@JsonSetter("preferredModel")
		void preferredModel(@Nullable String model) {
			this.preferredModel = model;
			this.given = true;
		}

	}

}
