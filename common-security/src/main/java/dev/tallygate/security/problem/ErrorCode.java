package dev.tallygate.security.problem;

/**
 * The stable codes of errors that more than one service says, or that one says and
 * another understands. A code that one service alone says is written there.
 */
public final class ErrorCode {

	/** The form of a request is wrong. */
	public static final String INVALID_REQUEST = "invalid_request";

	/** A key is missing, unknown, expired or revoked. */
	public static final String INVALID_API_KEY = "invalid_api_key";

	/** Known, but not allowed. */
	public static final String FORBIDDEN = "forbidden";

	/** The key may do less than its owner, and this is not for it. */
	public static final String KEY_RESTRICTED = "key_restricted";

	/** There is no such thing, or it is somebody else's. */
	public static final String NOT_FOUND = "not_found";

	/** It is there, and this cannot be done with it. */
	public static final String METHOD_NOT_ALLOWED = "method_not_allowed";

	/** The owner has one of that name. */
	public static final String NAME_TAKEN = "name_taken";

	/** The body is larger than is read. */
	public static final String REQUEST_TOO_LARGE = "request_too_large";

	/** Too often, or too much at a time. */
	public static final String RATE_LIMITED = "rate_limited";

	/** This program's fault. */
	public static final String INTERNAL_ERROR = "internal_error";

	/** Cannot be answered at the moment. */
	public static final String UNAVAILABLE = "unavailable";

	/** Nobody can tell at the moment who calls. */
	public static final String KEY_SERVICE_UNAVAILABLE = "key_service_unavailable";

	/** No model has that name. */
	public static final String MODEL_NOT_FOUND = "model_not_found";

	/** No provider of that name is configured. */
	public static final String UNSUPPORTED_PROVIDER = "unsupported_provider";

	/** Neither the caller nor the operator has a key at the provider. */
	public static final String PROVIDER_KEY_MISSING = "provider_key_missing";

	/** The provider does not take the caller's key. */
	public static final String PROVIDER_KEY_REJECTED = "provider_key_rejected";

	/** The provider has moved since the key was saved. */
	public static final String PROVIDER_KEY_ORIGIN_CHANGED = "provider_key_origin_changed";

	/** A stored key does not decrypt. */
	public static final String KEY_UNDECRYPTABLE = "key_undecryptable";

	private ErrorCode() {
	}

}
