package dev.tallygate.gateway.limits;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When something has run away.
 *
 * @param repeats how often the same prompt may come from one key within the window; 0 for
 * as often as it likes
 * @param window from the first of them
 * @param maxPrompts how many prompts are remembered
 * @param heapPercent how much of the heap may be live after a collection before new calls
 * are refused; 100 for all of it
 * @param heapRecheck how long new calls are refused before the heap is collected once
 * more: what has ended meanwhile is only seen then
 */
@ConfigurationProperties("tallygate.guard")
public record GuardProperties(@DefaultValue("20") int repeats, @DefaultValue("1m") Duration window,
		@DefaultValue("100000") int maxPrompts, @DefaultValue("90") int heapPercent,
		@DefaultValue("10s") Duration heapRecheck) {

}
