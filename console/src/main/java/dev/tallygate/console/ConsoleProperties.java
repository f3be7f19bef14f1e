package dev.tallygate.console;

import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How the console is reached, whom it asks, and its limits.
 *
 * @param url where browsers find the console; {@code https} makes the cookies Secure and
 * {@code __Host-}
 * @param gatewayUrl the gateway as chat clients reach it; shown in examples
 * @param gatewayInternalUrl the gateway as the console reaches it
 * @param keysUrl key-service
 * @param meteringUrl metering-service
 * @param budgetsUrl budget-service
 * @param connectTimeout how long a service may take to accept a connection
 * @param readTimeout how long a service may take to answer
 * @param patientTimeout the same for what waits for a provider, such as saving its key
 * @param fileTimeout how long a file may take that a service makes, such as the calls of
 * a month
 * @param answerTimeout how long an answer on the page to try things may take
 * @param sessionIdle a session not used for this long ends
 * @param sessionLifetime a session ends this long after the sign-in, used or not
 * @param maxQuestion the largest request the page to try things takes, in bytes
 * @param maxSessions how many sessions there may be at once, each of some KiB; whoever
 * comes then is told to wait
 * @param maxSessionsPerPerson how many of them one person may have; the one that was not
 * used for the longest time ends for another
 * @param signup {@code open} shows the page to sign up; key-service must have it open too
 */
@ConfigurationProperties("tallygate.console")
public record ConsoleProperties(@DefaultValue("http://localhost:8084") URI url,
		@DefaultValue("http://localhost:8080") URI gatewayUrl,
		@DefaultValue("http://localhost:8080") URI gatewayInternalUrl,
		@DefaultValue("http://localhost:8081") URI keysUrl, @DefaultValue("http://localhost:8082") URI meteringUrl,
		@DefaultValue("http://localhost:8083") URI budgetsUrl, @DefaultValue("1s") Duration connectTimeout,
		@DefaultValue("4s") Duration readTimeout, @DefaultValue("40s") Duration patientTimeout,
		@DefaultValue("30m") Duration fileTimeout, @DefaultValue("10m") Duration answerTimeout,
		@DefaultValue("30m") Duration sessionIdle, @DefaultValue("12h") Duration sessionLifetime,
		@DefaultValue("256KB") DataSize maxQuestion, @DefaultValue("10000") int maxSessions,
		@DefaultValue("20") int maxSessionsPerPerson, @DefaultValue("closed") String signup) {

	/** Whether anyone may sign up. */
	public boolean signUp() {
		return "open".equalsIgnoreCase(this.signup);
	}

	/** Whether browsers reach the console over TLS. */
	public boolean servedOverTls() {
		return "https".equalsIgnoreCase(this.url.getScheme());
	}

}
