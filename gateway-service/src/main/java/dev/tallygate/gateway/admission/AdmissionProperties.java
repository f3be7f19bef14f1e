package dev.tallygate.gateway.admission;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be set about admission.
 *
 * @param openCallsPerUser the most calls one user may have open
 * @param maxWait how long a call waits when only open calls stand in its way
 * @param staleAfter without a sign of life from budget-service for this long, what it
 * said is old
 * @param reservationTtl after this time a hold that was never released lapses; longer
 * than any call may last
 * @param snapshotFile where the last known statuses are kept, for a start without Kafka
 * @param snapshotInterval how often they are written at least; once a second where that
 * takes little, for the spool keeps what they do not cover yet
 * @param startWithoutKafkaAfter how long a start waits for Kafka before it goes by them
 * @param freeCredits credits (US cents) of a user whose billing account is not known yet
 * @param grow on or off: whether a streamed call whose output limit nobody chose holds
 * what it needs step by step, instead of the most it could cost
 * @param growStep the output tokens such a call takes at a time, at least
 * @param borrowAgain when budget-service had too little to lend, how long until it is
 * asked again while a call waits
 */
@ConfigurationProperties("tallygate.admission")
public record AdmissionProperties(@DefaultValue("512") int openCallsPerUser, @DefaultValue("2s") Duration maxWait,
		@DefaultValue("30s") Duration staleAfter, @DefaultValue("2h") Duration reservationTtl,
		@DefaultValue("data/spool/budget-status.snapshot") Path snapshotFile,
		@DefaultValue("30s") Duration snapshotInterval, @DefaultValue("5s") Duration startWithoutKafkaAfter,
		@DefaultValue("1000") long freeCredits, @DefaultValue("true") boolean grow, @DefaultValue("1024") int growStep,
		@DefaultValue("150ms") Duration borrowAgain) {

}
