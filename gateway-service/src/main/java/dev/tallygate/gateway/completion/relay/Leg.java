package dev.tallygate.gateway.completion.relay;

import dev.tallygate.gateway.access.ProviderAccess;
import dev.tallygate.gateway.completion.answer.Labels;
import dev.tallygate.gateway.dialect.EventStreamSplitter;
import dev.tallygate.gateway.dialect.Exchange;
import dev.tallygate.gateway.dialect.Reading;
import dev.tallygate.gateway.dialect.Redaction;
import dev.tallygate.gateway.http.CallerResponse;
import dev.tallygate.gateway.provider.Dialect;
import dev.tallygate.gateway.provider.UpstreamCall;
import dev.tallygate.gateway.provider.UpstreamRequest;
import dev.tallygate.gateway.routing.Target;
import dev.tallygate.pricing.wire.UsageContext;

/**
 * What came in, on its way to one target: credentialled, admitted and open in the books.
 *
 * @param in what came in
 * @param target where it goes
 * @param access with which key
 * @param exchange what the provider gets and how its answer is read
 * @param books where it ends
 * @param labels what the answer's headers tell
 * @param redaction what must not go to the caller
 */
record Leg(Incoming in, Target target, ProviderAccess access, Exchange exchange, Books books, Labels labels,
		Redaction redaction) {

	static Leg of(Incoming in, Target target, ProviderAccess access, Exchange exchange, Books books) {
		return new Leg(in, target, access, exchange, books, new Labels(books.callId(), target, access.credential()),
				(access.key() != null) ? access.key().use(Redaction::of) : Redaction.NONE);
	}

	UpstreamRequest request() {
		return new UpstreamRequest("POST",
				this.access.basePath() + this.exchange.path() + this.in.headers().query(this.exchange.sameWire()),
				this.in.headers().at(this.access, this.labels.callId(), this.exchange.sameWire()), this.exchange.body(),
				this.in.request().stream());
	}

	/**
	 * A large request is not kept while its answer runs: nobody counts it and it is not
	 * sent again.
	 */
	void letGo(UpstreamCall upstream) {
		if (!this.books.countsRequest()) {
			upstream.letGo();
			this.exchange.letGo();
			this.in.letGo();
		}
	}

	/** What reads an answer that is held whole. */
	Reading reading() {
		return reading(EventStreamSplitter.Room.UNBOUNDED);
	}

	/** What reads an answer of which something may be kept. */
	Reading reading(EventStreamSplitter.Room room) {
		UsageContext usage = this.target.provider().usageContext();
		return new Reading(this.labels.callId().toString(),
				hasCacheLives() ? usage.asking(this.in.request().cacheLife()) : usage, room);
	}

	/** OpenAI's own models have lives that are not the request's to choose so. */
	private boolean hasCacheLives() {
		return this.access.dialect() == Dialect.ANTHROPIC || this.target.model().contains("claude");
	}

	CallerResponse response() {
		return this.in.arrival().response();
	}

	String provider() {
		return this.target.provider().name();
	}

}
