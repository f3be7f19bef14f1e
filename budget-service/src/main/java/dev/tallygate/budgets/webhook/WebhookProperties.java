package dev.tallygate.budgets.webhook;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How webhooks are told.
 *
 * @param allowedNetworks networks that are not public and may be told all the same, such
 * as {@code 10.1.0.0/16}; none unless said
 * @param most how many webhooks there can be
 * @param connectTimeout limit of connecting to one address
 * @param responseTimeout limit of waiting for the answer
 * @param attemptTimeout limit of a whole attempt
 * @param delays pauses between the attempts, each give or take a fifth; after the last
 * one the delivery has failed
 * @param perWebhook how many deliveries to one webhook may be under way
 * @param inAll how many deliveries may be under way
 * @param pollInterval how often to look for deliveries that are due
 * @param retryDelay pause after a failure of the database
 * @param disableAfter a webhook at which every attempt fails for that long is disabled
 * @param secretOverlap how long the old secret signs beside a new one
 * @param kept how long deliveries are kept
 */
@ConfigurationProperties("tallygate.webhooks")
record WebhookProperties(@DefaultValue List<String> allowedNetworks, @DefaultValue("50") int most,
		@DefaultValue("5s") Duration connectTimeout, @DefaultValue("10s") Duration responseTimeout,
		@DefaultValue("20s") Duration attemptTimeout, @DefaultValue( {
				"5s", "30s", "2m", "10m", "30m", "1h", "2h", "4h", "6h", "10h" }) List<Duration> delays,
		@DefaultValue("4") int perWebhook, @DefaultValue("64") int inAll, @DefaultValue("1s") Duration pollInterval,
		@DefaultValue("1s") Duration retryDelay, @DefaultValue("5d") Duration disableAfter,
		@DefaultValue("24h") Duration secretOverlap, @DefaultValue("90d") Duration kept){

}
