package dev.tallygate.keys.apikey;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.UserId;
import dev.tallygate.keys.audit.Actor;
import dev.tallygate.keys.owner.Owners;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.PathUser;
import dev.tallygate.security.caller.RestrictedKeysToo;
import dev.tallygate.security.caller.UserInPath;
import dev.tallygate.security.paging.Cursor;
import dev.tallygate.security.paging.NewestFirst;
import dev.tallygate.security.paging.Page;
import dev.tallygate.security.paging.PageLimit;
import dev.tallygate.security.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * A user's API keys.
 */
@RestController
@RequestMapping("/api/users/{user}/keys")
class ApiKeyController implements UserInPath {

	private final ApiKeys keys;

	private final ApiKeyRows rows;

	private final Owners owners;

	private final UnknownModels unknown;

	ApiKeyController(ApiKeys keys, ApiKeyRows rows, Owners owners, UnknownModels unknown) {
		this.keys = keys;
		this.rows = rows;
		this.owners = owners;
		this.unknown = unknown;
	}

	@Override
	public void requireOf(UserId user, Map<String, String> path, Caller caller) {
		String id = path.get("id");
		if (id != null) {
			get(user, id);
		}
		else {
			this.owners.require(user);
		}
	}

	@RestrictedKeysToo
	@PostMapping
	@ResponseStatus(HttpStatus.CREATED)
	IssuedKey issue(@PathUser UserId user, @RequestBody KeyRequest body, Caller caller, HttpServletRequest request) {
		IssuedKey issued = this.keys.issue(user, body, Allowance.of(caller), Actor.of(caller, request));
		return issued.naming(unknown(issued.key(), request));
	}

	@GetMapping
	Page<ApiKey> list(@PathUser UserId user, @RequestParam @Nullable Integer limit,
			@RequestParam @Nullable String cursor) {
		int size = PageLimit.of(limit);
		NewestFirst from = Cursor.parse(cursor, NewestFirst::parse);
		return Page.of(this.rows.page(user, from, size + 1), size, ApiKey::cursor);
	}

	@GetMapping("/{id}")
	ApiKey get(@PathUser UserId user, @PathVariable String id) {
		return this.rows.find(user, idOf(id)).orElseThrow(ProblemException::notFound);
	}

	@DeleteMapping("/{id}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void revoke(@PathUser UserId user, @PathVariable String id, Caller caller, HttpServletRequest request) {
		this.keys.revoke(user, idOf(id), Actor.of(caller, request));
	}

	@RestrictedKeysToo
	@PostMapping("/{id}/rotate")
	@ResponseStatus(HttpStatus.CREATED)
	IssuedKey rotate(@PathUser UserId user, @PathVariable String id,
			@RequestBody(required = false) @Nullable RotationRequest body, Caller caller, HttpServletRequest request) {
		Duration overlap = (body != null && body.overlapSeconds() != null) ? Duration.ofSeconds(body.overlapSeconds())
				: null;
		return this.keys.rotate(user, idOf(id), overlap, Allowance.of(caller), Actor.of(caller, request));
	}

	@RestrictedKeysToo
	@PatchMapping("/{id}")
	ChangedKey change(@PathUser UserId user, @PathVariable String id, @RequestBody KeyChange body, Caller caller,
			HttpServletRequest request) {
		ApiKey key = this.keys.change(user, idOf(id), body, Allowance.of(caller), Actor.of(caller, request));
		return new ChangedKey(key, body.givesModels() ? unknown(key, request) : List.of());
	}

	/**
	 * Looked for once the key is as it is to be, when nobody waits for its user's row.
	 */
	private List<String> unknown(ApiKey key, HttpServletRequest request) {
		return this.unknown.among(key.allowedModels(), request.getHeader(HttpHeaders.AUTHORIZATION));
	}

	@GetMapping("/{id}/secrets")
	Page<LiveSecret> secrets(@PathUser UserId user, @PathVariable String id, @RequestParam @Nullable Integer limit,
			@RequestParam @Nullable String cursor) {
		int size = PageLimit.of(limit);
		NewestFirst from = Cursor.parse(cursor, NewestFirst::parse);
		return Page.of(this.keys.secrets(user, idOf(id), from, size + 1), size, LiveSecret::cursor);
	}

	@DeleteMapping("/{id}/secrets/{secret}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void endSecret(@PathUser UserId user, @PathVariable String id, @PathVariable UUID secret, Caller caller,
			HttpServletRequest request) {
		this.keys.endSecret(user, idOf(id), secret, Actor.of(caller, request));
	}

	private static ApiKeyId idOf(String id) {
		try {
			return ApiKeyId.parse(id);
		}
		catch (IllegalArgumentException ex) {
			throw ProblemException.notFound();
		}
	}

	/**
	 * A wish for a new secret.
	 *
	 * @param overlapSeconds how long the old one stays valid, in seconds
	 */
	record RotationRequest(@Nullable Integer overlapSeconds) {

	}

}
