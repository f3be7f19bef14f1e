package dev.tallygate.gateway.completion.relay;

import dev.tallygate.gateway.completion.Arrival;
import dev.tallygate.gateway.completion.WireRoute;
import dev.tallygate.gateway.completion.answer.Outcome.Failed;
import dev.tallygate.gateway.completion.answer.WireResponse;
import dev.tallygate.gateway.dialect.Envelope;
import dev.tallygate.gateway.dialect.Wire;
import dev.tallygate.gateway.http.CallerRequest;
import java.io.IOException;
import java.util.List;

/**
 * Where calls of one wire are posted. The wire is told by this path alone.
 *
 * @param path the whole path
 * @param wire the wire
 * @param relay serves them
 */
record CallRoute(String path, Wire wire, Relay relay) implements WireRoute {

	@Override
	public boolean serves(String asked) {
		return this.path.equals(asked);
	}

	@Override
	public String pattern() {
		return this.path;
	}

	@Override
	public List<String> methods(String asked) {
		return List.of("POST");
	}

	@Override
	public Envelope envelope(CallerRequest request) {
		return this.wire.envelope();
	}

	@Override
	public void serve(Arrival arrival) throws IOException {
		if (this.relay.answer(this.wire, arrival) instanceof Failed failed) {
			WireResponse.write(failed, this.wire, arrival.response());
		}
	}

}
