/**
 * What makes a service a reader or writer of events: effectively-once intake, dead
 * letters, outbox, whole-topic readers, topic creation.
 */
@NullMarked
package dev.tallygate.messaging;

import org.jspecify.annotations.NullMarked;
