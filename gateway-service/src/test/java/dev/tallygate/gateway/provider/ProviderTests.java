package dev.tallygate.gateway.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.pricing.wire.UsageContext;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What a provider's name, host and quirks say of its usage.
 */
class ProviderTests {

	@Test
	void googlesRouteMayLeaveThoughtsOutWithoutBeingTold() {
		assertThat(provider("google", "https://g.example/v1", null).usageContext())
			.isEqualTo(UsageContext.GEMINI_ROUTE);
		assertThat(provider("openai", "https://o.example/v1", null).usageContext()).isEqualTo(UsageContext.NONE);
	}

	@Test
	void quirksSayWhatIsOutsideTheCounts() {
		assertThat(
				provider("own", "https://o.example/v1", List.of("reasoning-outside")).usageContext().thoughtsBeside())
			.isTrue();
		assertThat(provider("own", "https://o.example/v1", List.of("cache-outside")).usageContext().cacheBeside())
			.isTrue();
		assertThat(provider("own", "https://o.example/v1", List.of("no-stream-options")).takesStreamOptions())
			.isFalse();
		assertThat(provider("own", "https://o.example/v1", null).takesStreamOptions()).isTrue();
	}

	@Test
	void openAisHostsSayWhereTheyServe() {
		assertThat(provider("openai", "https://eu.api.openai.com/v1", null).region()).isEqualTo("eu");
		assertThat(provider("openai", "https://us.api.openai.com/v1", null).usageContext().region()).isEqualTo("us");
		assertThat(provider("openai", "https://api.openai.com/v1", null).region()).isNull();
		assertThat(provider("openai", "https://eu.proxy.example/v1", null).region()).isNull();
	}

	private static Provider provider(String name, String url, @Nullable List<String> quirks) {
		return new Provider(name, Dialect.OPENAI, URI.create(url), true, true, null, null, quirks);
	}

}
