package dev.tallygate.security.trace;

import dev.tallygate.security.secret.Secret;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where traces go.
 *
 * @param endpoint the collector's address for traces over OTLP/HTTP, such as
 * {@code http://collector:4318/v1/traces}; null traces nothing
 * @param authorization the {@code Authorization} header the collector wants; null for
 * none
 * @param sampling which part of the calls is traced whose caller did not decide it, 0 to
 * 1
 * @param timeout limit of sending one batch of spans
 * @param queue how many ended spans wait to be sent; what comes beyond is dropped and
 * costs no call anything
 * @param attributes which names GenAI attributes have: {@code latest}, or {@code v1_36}
 * for collectors that still go by that version of the conventions
 */
@ConfigurationProperties("tallygate.tracing")
public record TracingProperties(@Nullable URI endpoint, @Nullable Secret authorization,
		@DefaultValue("1") double sampling, @DefaultValue("10s") Duration timeout, @DefaultValue("2048") int queue,
		@DefaultValue("latest") Attributes attributes) {

	/**
	 * Versions of the conventions.
	 */
	public enum Attributes {

		/** Those of today. */
		LATEST,
		/** Those before {@code gen_ai.system} became {@code gen_ai.provider.name}. */
		V1_36

	}

	public TracingProperties {
		if (endpoint != null && (endpoint.getHost() == null || endpoint.getScheme() == null
				|| !endpoint.getScheme().matches("(?i)https?"))) {
			throw new IllegalArgumentException(
					"tallygate.tracing.endpoint is a whole http or https address, such as http://collector:4318/v1/traces");
		}
		if (!(sampling >= 0 && sampling <= 1)) {
			throw new IllegalArgumentException("tallygate.tracing.sampling is a number from 0 to 1");
		}
		if (queue < 1 || queue > 1_000_000) {
			throw new IllegalArgumentException("tallygate.tracing.queue is a number from 1 to 1000000");
		}
	}

}
