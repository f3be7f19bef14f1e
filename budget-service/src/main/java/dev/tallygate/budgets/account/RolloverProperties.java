package dev.tallygate.budgets.account;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When periods and billing cycles are opened.
 *
 * @param rolloverInterval how often to look for periods and billing cycles that have
 * ended
 */
@ConfigurationProperties("tallygate.status")
record RolloverProperties(@DefaultValue("500ms") Duration rolloverInterval) {

}
