package dev.tallygate.keys.user;

import dev.tallygate.events.UserId;
import dev.tallygate.keys.apikey.Allowance;
import dev.tallygate.keys.apikey.IssuedKey;
import dev.tallygate.keys.audit.Actor;
import dev.tallygate.security.caller.AdminOnly;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.PathUser;
import dev.tallygate.security.caller.RestrictedKeysToo;
import dev.tallygate.security.caller.Role;
import dev.tallygate.security.caller.UserInPath;
import dev.tallygate.security.paging.Cursor;
import dev.tallygate.security.paging.NewestFirst;
import dev.tallygate.security.paging.Page;
import dev.tallygate.security.paging.PageLimit;
import dev.tallygate.security.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Users.
 */
@RestController
@RequestMapping("/api/users")
class UserController implements UserInPath {

	private final Users users;

	private final UserRows rows;

	UserController(Users users, UserRows rows) {
		this.users = users;
		this.rows = rows;
	}

	@Override
	public void requireOf(UserId user, Map<String, String> path, Caller caller) {
		get(user);
	}

	@AdminOnly
	@RestrictedKeysToo
	@PostMapping
	@ResponseStatus(HttpStatus.CREATED)
	Welcome create(@RequestBody NewUser body, Caller caller, HttpServletRequest request) {
		Role role = (body.role() != null) ? body.role() : Role.MEMBER;
		Allowance.of(caller).requireForPerson(role == Role.ADMIN);
		return this.users.create(body.email(), body.displayName(), role, Actor.of(caller, request));
	}

	@AdminOnly
	@GetMapping
	Page<User> list(@RequestParam @Nullable Integer limit, @RequestParam @Nullable String cursor) {
		int size = PageLimit.of(limit);
		NewestFirst from = Cursor.parse(cursor, NewestFirst::parse);
		return Page.of(this.rows.page(from, size + 1), size, User::cursor);
	}

	@GetMapping("/{user}")
	User get(@PathUser UserId user) {
		return this.rows.find(user).orElseThrow(ProblemException::notFound);
	}

	@PatchMapping("/{user}")
	User change(@PathUser UserId user, @RequestBody UserChange body, Caller caller, HttpServletRequest request) {
		return this.users.change(user, body, caller, Actor.of(caller, request));
	}

	@DeleteMapping("/{user}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void delete(@PathUser UserId user, Caller caller, HttpServletRequest request) {
		this.users.delete(user, Actor.of(caller, request));
	}

	/**
	 * A new user, by an administrator.
	 *
	 * @param email unique
	 * @param displayName as the user likes to be called
	 * @param role member when absent
	 */
	record NewUser(@Nullable String email, @Nullable String displayName, @Nullable Role role) {

	}

	/**
	 * A new user and its default key, whose secret is shown this once.
	 */
	record Welcome(User user, IssuedKey apiKey) {

	}

}
