package dev.tallygate.messaging;

/**
 * Effectively-once consumption of a topic. A bean of this type is all a service declares:
 *
 * <pre class="code">
 * &#64;Bean
 * Intake usageIntake(LedgerIntake ledger) {
 *     return new Intake("metering", Topics.USAGE, ledger);
 * }
 * </pre>
 *
 * Needs the tables of {@code classpath:db/messaging/intake}.
 *
 * @param group the consumer group
 * @param topic one of {@link dev.tallygate.events.Topics}
 * @param handler what to do with the events
 */
public record Intake(String group, String topic, IntakeHandler handler) {

}
