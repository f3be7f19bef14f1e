package dev.tallygate.gateway.completion.models;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits on the lists of models that providers are asked for.
 *
 * @param keep how long a list is kept, per provider and credential
 * @param keepUnanswered how long a provider that gave none is left alone
 * @param timeout for the whole answer, after connecting
 * @param maxAnswer the largest list
 * @param maxLists how many lists are kept
 */
@ConfigurationProperties("tallygate.models")
public record ModelListProperties(@DefaultValue("5m") Duration keep, @DefaultValue("10s") Duration keepUnanswered,
		@DefaultValue("5s") Duration timeout, @DefaultValue("4MB") DataSize maxAnswer,
		@DefaultValue("1000") int maxLists) {

}
