package dev.tallygate.gateway.dialect;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request as one provider gets it, and the readers for what that provider answers.
 */
public interface Exchange {

	/** Where it goes, below the provider's base path. */
	String path();

	/** What is sent. */
	SplicedBody body();

	/** Whether the provider speaks the caller's wire, so that bytes pass as they are. */
	boolean sameWire();

	/** The hints of the request that the provider's wire has no words for. */
	default List<String> leftOut() {
		return List.of();
	}

	/** Whether the provider goes on with it when nobody waits for it any more. */
	default boolean outlivesCaller() {
		return false;
	}

	/**
	 * The most output tokens, where the caller set no limit and the provider's wire needs
	 * one; null when nothing was imposed.
	 */
	default @Nullable Long imposedLimit() {
		return null;
	}

	/**
	 * Reads one streamed answer.
	 * @param tools what reading needs
	 */
	StreamReader stream(Reading tools);

	/**
	 * Reads one whole answer.
	 * @param body holds it, from 0
	 * @param length how many bytes it has
	 * @param tools what reading needs
	 */
	WholeAnswer whole(byte[] body, int length, Reading tools);

	/** Keeps what was sent no longer: it is not sent again. */
	default void letGo() {
		body().letGo();
	}

}
