package dev.tallygate.gateway.completion;

import dev.tallygate.gateway.dialect.Envelope;
import dev.tallygate.gateway.http.CallerRequest;
import java.io.IOException;
import java.util.List;

/**
 * One thing that is served under {@code /v1}.
 */
public interface WireRoute {

	/** Whether it serves a path, decoded. */
	boolean serves(String path);

	/** The path as a template, without ids and names. */
	String pattern();

	/** The methods it takes there. */
	List<String> methods(String path);

	/** In whose words it says what is wrong. */
	Envelope envelope(CallerRequest request);

	/** Serves a request whose caller is known. */
	void serve(Arrival arrival) throws IOException;

}
