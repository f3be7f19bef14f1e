package dev.tallygate.messaging;

import java.time.Duration;
import java.util.Set;

/**
 * Which partitions this process takes in at the moment; a bean where a service declares
 * an {@link Intake}. Another process may have taken one over a moment ago.
 */
public interface IntakeAssignments {

	/**
	 * The partitions of {@code topic} that are assigned to the intakes of this process.
	 */
	Set<Integer> partitionsOf(String topic);

	/**
	 * Those of them that are taken in: none of their batches has been tried for longer
	 * than {@code most} without success.
	 */
	Set<Integer> movingPartitionsOf(String topic, Duration most);

}
