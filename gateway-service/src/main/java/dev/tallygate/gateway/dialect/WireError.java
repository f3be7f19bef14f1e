package dev.tallygate.gateway.dialect;

import dev.tallygate.security.problem.ErrorCode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An error of ours, before a wire puts it into its envelope.
 *
 * @param status the HTTP status
 * @param code stable, for programs
 * @param message what is wrong and what to do about it
 * @param parameter the member of the request it is about, if any
 * @param retryAfter after what time to try again; null when that is not known
 * @param shouldRetry what to tell SDKs about trying again by themselves; null for nothing
 * @param details further members of the error
 */
public record WireError(int status, String code, String message, @Nullable String parameter,
		@Nullable Duration retryAfter, @Nullable Boolean shouldRetry, Map<String, Object> details) {

	public static WireError of(int status, String code, String message) {
		return new WireError(status, code, message, null, null, null, Map.of());
	}

	public static WireError invalid(String message, @Nullable String parameter) {
		return new WireError(400, ErrorCode.INVALID_REQUEST, message, parameter, null, null, Map.of());
	}

	public WireError retryAfter(@Nullable Duration time) {
		return new WireError(this.status, this.code, this.message, this.parameter, time, this.shouldRetry,
				this.details);
	}

	public WireError shouldRetry(boolean should) {
		return new WireError(this.status, this.code, this.message, this.parameter, this.retryAfter, should,
				this.details);
	}

	public WireError with(String name, Object value) {
		Map<String, Object> more = new LinkedHashMap<>(this.details);
		more.put(name, value);
		return new WireError(this.status, this.code, this.message, this.parameter, this.retryAfter, this.shouldRetry,
				more);
	}

}
