package dev.tallygate.security.internal;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What another service answered, whole. It may hold secrets, so no failure says any of
 * it.
 */
public final class ServiceAnswer {

	static final JsonMapper JSON = JsonMapper.builder()
		.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
		.build();

	private static final int OK = 200;

	private final String service;

	private final int status;

	private final byte[] body;

	ServiceAnswer(String service, int status, byte[] body) {
		this.service = service;
		this.status = status;
		this.body = body;
	}

	/**
	 * The HTTP status.
	 */
	public int status() {
		return this.status;
	}

	/**
	 * Whether its status is 200, with a body to read.
	 */
	public boolean isOk() {
		return this.status == OK;
	}

	/**
	 * Its body, of which members that {@code type} does not have are ignored.
	 * @throws UnansweredException when its status is another one than 200, or its body is
	 * something else
	 */
	public <T> T read(Class<T> type) throws UnansweredException {
		if (!isOk()) {
			throw new UnansweredException(this.service + " answered with status " + this.status);
		}
		try {
			return JSON.readValue(this.body, type);
		}
		catch (JacksonException ex) {
			// Its message may quote the body.
			throw new UnansweredException(this.service + " answered something else: " + ex.getClass().getSimpleName());
		}
	}

	/**
	 * The stable code of the problem it is; empty when it is none.
	 */
	public String code() {
		try {
			return JSON.readTree(this.body).path("code").asString("");
		}
		catch (JacksonException ex) {
			return "";
		}
	}

}
