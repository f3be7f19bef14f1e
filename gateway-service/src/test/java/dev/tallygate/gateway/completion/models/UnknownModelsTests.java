package dev.tallygate.gateway.completion.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.Credential;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.access.ProviderAccess;
import dev.tallygate.gateway.completion.CaptureServer;
import dev.tallygate.gateway.provider.Dialect;
import dev.tallygate.gateway.provider.Provider;
import dev.tallygate.gateway.provider.Providers;
import dev.tallygate.gateway.provider.UpstreamClient;
import dev.tallygate.gateway.provider.UpstreamProperties;
import dev.tallygate.gateway.provider.Watch;
import dev.tallygate.gateway.routing.ModelNames;
import dev.tallygate.gateway.usage.ModelLabels;
import dev.tallygate.pricing.BundledPrices;
import dev.tallygate.pricing.PriceTable;
import dev.tallygate.security.secret.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

/**
 * By the bundled prices, with two providers that have some and two that have none.
 */
class UnknownModelsTests {

	private static final PriceTable PRICES = BundledPrices.load();

	private final Watch watch = new Watch();

	private final UpstreamClient client;

	private final ProviderModels lists;

	private final UnknownModels unknown;

	UnknownModelsTests() throws Exception {
		this.watch.start();
		this.client = new UpstreamClient(
				new UpstreamProperties(Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(5),
						Duration.ofMinutes(1), 100, Duration.ofSeconds(15), DataSize.ofMegabytes(1),
						DataSize.ofKilobytes(64), DataSize.ofKilobytes(16), 20, 3, Duration.ofSeconds(30),
						Duration.ofSeconds(20), DataSize.ofMegabytes(1)),
				this.watch, SSLContext.getDefault().getSocketFactory());
		this.lists = new ProviderModels(this.client, new ModelListProperties(Duration.ofMinutes(5),
				Duration.ofMillis(1), Duration.ofSeconds(2), DataSize.ofKilobytes(64), 10), new ModelLabels());
		Providers providers = new Providers(
				() -> List.of(provider("openai", "http://localhost:1"), provider("anthropic", "http://localhost:1"),
						provider("ollama", "http://localhost:1"), provider("vllm", "http://localhost:1")),
				Duration.ofDays(1));
		this.unknown = new UnknownModels(providers, () -> PRICES, new ModelNames(providers, () -> PRICES), this.lists);
	}

	@AfterEach
	void stop() {
		this.client.close();
		this.watch.close();
	}

	private static Provider provider(String name, String url) {
		return new Provider(name, Dialect.OPENAI, URI.create(url), false, false);
	}

	@ParameterizedTest
	@ValueSource(strings = { "gpt-4o", "openai:gpt-4o", "openai/gpt-4o", "claude-opus-4-6", "gpt-4o*", "*4o*",
			"openai:*", "openai/*", "*", "**", "o*", "*:gpt-4o", "anthropic:claude-*", "claude-*",
			"ft:gpt-4o-mini-2024-07-18:org::id", "openai:ft:gpt-4o-mini-2024-07-18:org::id", "ft:*", "openai:ft:*",
			"ft:gpt-4o-*", "ft:gpt-4o-mini-2024-07-18:org:*", "openai/ft:gpt-4o-mini-2024-07-18:org:*",
			"ollama:llama3.1", "ollama/llama3.1:8b", "ollama:*", "ollama*", "vllm:Qwen/Qwen3-32B", "vllm:qwen*",
			"vl*" })
	void knowsWhatSomebodyHasHeardOf(String entry) {
		assertThat(this.unknown.among(List.of(entry))).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "gpt-9", "openai:gpt-5x", "openai:", "openai/GPT-4o", "gtp-4*", "openai:gtp-*",
			"opnai:gpt-4o", "opnai:*", "opnai*", "azure:gpt-4o", "gemini-2.5-pro", "gemini-*", "llama3.1", "llama*",
			"vllm", "vllmx:*", "auto", "default", "gpt 4o", "gpt-4o\u00e9", "ft:nothing:org::id", "ft:nothing:*",
			"ft:gpt-4o-mini-2024-07-18", "gpt-4o:extended", "openai:gpt-4o:extended",
			"openai:gpt-4o-mini-2024-07-18.ft-", "*:extended", "openai:container" })
	void namesTheRest(String entry) {
		assertThat(this.unknown.among(List.of("gpt-4o", entry, "ollama:x"))).containsExactly(entry);
	}

	@Test
	void knowsWhatAProviderHasListedForTheOperator() throws Exception {
		List<String> entries = List.of("openai:gpt-9", "openai:gpt-9*", "gpt-9*", "openai:mine", "llama*");
		assertThat(this.unknown.among(entries)).isEqualTo(entries);
		listed("openai", Credential.SYSTEM, "gpt-9");
		listed("openai", Credential.USER, "mine");
		listed("ollama", Credential.NONE, "llama3.1");
		assertThat(this.unknown.among(entries)).containsExactly("openai:mine");
	}

	private void listed(String provider, Credential credential, String model) throws Exception {
		try (CaptureServer server = new CaptureServer("{\"data\":[{\"id\":\"" + model + "\"}]}")) {
			URI url = URI.create(server.url());
			ProviderAccess access = ProviderAccess.at(url, credential,
					(credential != Credential.NONE) ? Secret.of("sk-a-key-of-somebody") : null, Dialect.OPENAI,
					UuidV7.next(), 1);
			assertThat(this.lists.of(provider(provider, server.url()), access).join()).hasSize(1);
		}
	}

}
