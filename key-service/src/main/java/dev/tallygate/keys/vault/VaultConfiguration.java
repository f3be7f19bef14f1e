package dev.tallygate.keys.vault;

import dev.tallygate.security.seal.SealingKeys;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Opens the vault, once the master keys have proven to be the right ones.
 */
@Configuration(proxyBeanMethods = false)
class VaultConfiguration {

	static final String VARIABLE = "TALLYGATE_MASTER_KEY";

	@Bean
	SealingKeys masterKeys(VaultProperties properties) {
		return SealingKeys.parse(VARIABLE, properties.masterKey());
	}

	@Bean
	Vault vault(SealingKeys masterKeys, JdbcClient jdbc, MeterRegistry registry) {
		new KeyChecks(jdbc).verify(masterKeys);
		Vault vault = new Vault(masterKeys);
		FunctionCounter.builder("tallygate.vault.undecryptable", vault, Vault::undecryptable)
			.description("Records that did not decrypt")
			.register(registry);
		return vault;
	}

}
