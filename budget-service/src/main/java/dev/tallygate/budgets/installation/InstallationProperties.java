package dev.tallygate.budgets.installation;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When gateways are told how the installation stands.
 *
 * @param installationInterval how often to look how the installation stands, which is
 * told when it has changed
 */
@ConfigurationProperties("tallygate.status")
record InstallationProperties(@DefaultValue("200ms") Duration installationInterval) {

}
