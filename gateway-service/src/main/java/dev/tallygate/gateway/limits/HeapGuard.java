package dev.tallygate.gateway.limits;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Says when the heap is so full of live data that no more work should begin. It looks at
 * what a collection left over, so that garbage counts for nothing.
 */
public final class HeapGuard {

	private final BooleanSupplier full;

	HeapGuard(BooleanSupplier full) {
		this.full = full;
	}

	/** Watches the heap of this process. */
	public static HeapGuard of(GuardProperties properties) {
		List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans()
			.stream()
			.filter((pool) -> pool.getType() == MemoryType.HEAP && pool.isCollectionUsageThresholdSupported()
					&& isOld(pool))
			.toList();
		if (properties.heapPercent() >= 100) {
			return new HeapGuard(() -> false);
		}
		for (MemoryPoolMXBean pool : pools) {
			long most = (pool.getUsage().getMax() > 0) ? pool.getUsage().getMax() : Runtime.getRuntime().maxMemory();
			pool.setCollectionUsageThreshold(most / 100 * properties.heapPercent());
		}
		return new HeapGuard(() -> pools.stream().anyMatch(MemoryPoolMXBean::isCollectionUsageThresholdExceeded));
	}

	/** The young generation is full after each collection of the old one alone. */
	private static boolean isOld(MemoryPoolMXBean pool) {
		return pool.getName().contains("Old") || pool.getName().contains("Tenured") || pool.getName().contains("ZHeap");
	}

	/** Whether new work should be refused. */
	public boolean isFull() {
		return this.full.getAsBoolean();
	}

}
