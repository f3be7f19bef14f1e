package dev.tallygate.gateway.completion.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.Credential;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.access.ProviderAccess;
import dev.tallygate.gateway.completion.CaptureServer;
import dev.tallygate.gateway.provider.Dialect;
import dev.tallygate.gateway.provider.Provider;
import dev.tallygate.gateway.provider.UpstreamClient;
import dev.tallygate.gateway.provider.UpstreamProperties;
import dev.tallygate.gateway.provider.Watch;
import dev.tallygate.gateway.usage.ModelLabels;
import java.net.URI;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class ProviderModelsTests {

	@Test
	void aListThatFailsHidesNothing() throws Exception {
		UpstreamProperties limits = new UpstreamProperties(Duration.ofSeconds(2), Duration.ofSeconds(2),
				Duration.ofSeconds(5), Duration.ofMinutes(1), 100, Duration.ofSeconds(15), DataSize.ofMegabytes(1),
				DataSize.ofKilobytes(64), DataSize.ofKilobytes(16), 20, 3, Duration.ofSeconds(30),
				Duration.ofSeconds(20), DataSize.ofMegabytes(1));
		try (Watch watch = new Watch();
				UpstreamClient client = new UpstreamClient(limits, watch, SSLContext.getDefault().getSocketFactory())) {
			watch.start();
			ModelLabels labels = new ModelLabels();
			ProviderModels lists = new ProviderModels(client, new ModelListProperties(Duration.ofMillis(1),
					Duration.ofMillis(1), Duration.ofSeconds(2), DataSize.ofKilobytes(64), 10), labels);
			ProviderAccess access;
			Provider provider;
			try (CaptureServer server = new CaptureServer("{\"data\":[{\"id\":\"own-model\"}]}")) {
				URI url = URI.create(server.url());
				provider = new Provider("own", Dialect.OPENAI, url, false, false);
				access = ProviderAccess.at(url, Credential.NONE, null, Dialect.OPENAI, UuidV7.next(), 1);
				assertThat(lists.of(provider, access).join()).hasSize(1);
			}
			Thread.sleep(20);
			assertThat(lists.of(provider, access).join()).extracting((model) -> model.target().model())
				.containsExactly("own-model");
			assertThat(labels.of("own", "own-model", null)).isEqualTo("own-model");
			assertThat(labels.of("own", "made-up", null)).isEqualTo("other");
		}
	}

}
