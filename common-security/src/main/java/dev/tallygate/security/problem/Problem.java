package dev.tallygate.security.problem;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/**
 * The body of an error of our own REST
 * (<a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>). It never carries an
 * {@code instance}, so that two refusals of different paths are equal byte for byte.
 *
 * @param type always {@code about:blank}
 * @param title the status in words
 * @param status the HTTP status
 * @param code stable, for programs
 * @param detail what is wrong and what to do about it, for people
 * @param more further members, such as {@code field}
 */
public record Problem(String type, String title, int status, String code, String detail,
		@JsonIgnore Map<String, Object> more) {

	/** The one answer to a missing, unknown, expired or revoked key. */
	public static final Problem UNAUTHORIZED = of(HttpStatus.UNAUTHORIZED, ErrorCode.INVALID_API_KEY,
			"Send a valid API key as 'Authorization: Bearer <key>'.");

	/** The one answer to whatever does not exist or is not the caller's. */
	public static final Problem NOT_FOUND = of(HttpStatus.NOT_FOUND, ErrorCode.NOT_FOUND,
			"There is nothing here. Check the path and the id.");

	/** The answer to whoever is no administrator. */
	public static final Problem FORBIDDEN = of(HttpStatus.FORBIDDEN, ErrorCode.FORBIDDEN,
			"Only an administrator may do this.");

	/** The answer to a key that may do less than its owner and wants to change things. */
	public static final Problem KEY_RESTRICTED = of(HttpStatus.FORBIDDEN, ErrorCode.KEY_RESTRICTED,
			"Your key is limited in models or in time. It may call models and read, but change nothing: use a key "
					+ "without restrictions.");

	/** Nobody can tell at the moment whose key it is. */
	public static final Problem KEY_SERVICE_UNAVAILABLE = of(HttpStatus.SERVICE_UNAVAILABLE,
			ErrorCode.KEY_SERVICE_UNAVAILABLE, "Your key cannot be checked at the moment. Try again in a few seconds.");

	/** What this service keeps its data in does not answer. */
	static final Problem DATABASE_UNAVAILABLE = of(HttpStatus.SERVICE_UNAVAILABLE, ErrorCode.UNAVAILABLE,
			"This cannot be answered at the moment. Try again in a few seconds.");

	static final Problem INTERNAL_ERROR = of(HttpStatus.INTERNAL_SERVER_ERROR, ErrorCode.INTERNAL_ERROR,
			"Something went wrong on our side. Try again; if it stays, tell the operator the time of this call.");

	public Problem {
		more = Map.copyOf(more);
	}

	/**
	 * A problem without further members.
	 */
	public static Problem of(HttpStatus status, String code, String detail) {
		return new Problem("about:blank", status.getReasonPhrase(), status.value(), code, detail, Map.of());
	}

	/**
	 * The same with one more member.
	 */
	public Problem with(String name, Object value) {
		Map<String, Object> all = new TreeMap<>(this.more);
		all.put(name, value);
		return new Problem(this.type, this.title, this.status, this.code, this.detail, all);
	}

	@JsonAnyGetter
	Map<String, Object> further() {
		return this.more;
	}

	ResponseEntity<Object> response(HttpHeaders headers) {
		return ResponseEntity.status(this.status)
			.headers(headers)
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.body(this);
	}

}
