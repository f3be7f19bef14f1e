package dev.tallygate.gateway.limits;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Says when the heap is so full of live data that no more work should begin. It looks at
 * what a collection left over, so that garbage counts for nothing.
 * <p>
 * While nothing is let in hardly anything is allocated, so the heap would not be
 * collected again and would look full for good, whatever has ended meanwhile. So it has
 * it collected itself, from time to time.
 */
public final class HeapGuard {

	/** How long it is believed what the heap said: to ask takes a microsecond or two. */
	private static final long BELIEVED_NANOS = 100_000_000L;

	private final BooleanSupplier full;

	private final Runnable collection;

	private final long recheckNanos;

	private final LongSupplier nanos;

	/** Since when it is full, or was collected; 0 while it is not. */
	private final AtomicLong since = new AtomicLong();

	HeapGuard(BooleanSupplier full, Runnable collection, Duration recheck, LongSupplier nanos) {
		this.full = full;
		this.collection = collection;
		this.recheckNanos = recheck.toNanos();
		this.nanos = nanos;
	}

	/** Watches the heap of this process. */
	public static HeapGuard of(GuardProperties properties) {
		BooleanSupplier full = (properties.heapPercent() >= 100) ? () -> false
				: remembered(watched(properties.heapPercent()), System::nanoTime);
		return new HeapGuard(full, () -> Thread.ofPlatform().name("heap-recheck").daemon().start(System::gc),
				properties.heapRecheck(), System::nanoTime);
	}

	private static BooleanSupplier watched(int percent) {
		List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans()
			.stream()
			.filter((pool) -> pool.getType() == MemoryType.HEAP && pool.isCollectionUsageThresholdSupported()
					&& isOld(pool))
			.toList();
		for (MemoryPoolMXBean pool : pools) {
			long most = (pool.getUsage().getMax() > 0) ? pool.getUsage().getMax() : Runtime.getRuntime().maxMemory();
			pool.setCollectionUsageThreshold(most / 100 * percent);
		}
		return () -> pools.stream().anyMatch(MemoryPoolMXBean::isCollectionUsageThresholdExceeded);
	}

	/** The same, asked a few times a second however many ask. */
	static BooleanSupplier remembered(BooleanSupplier source, LongSupplier nanos) {
		AtomicLong due = new AtomicLong(nanos.getAsLong());
		AtomicBoolean last = new AtomicBoolean();
		return () -> {
			long now = nanos.getAsLong();
			long asked = due.get();
			if (now - asked >= 0 && due.compareAndSet(asked, now + BELIEVED_NANOS)) {
				last.set(source.getAsBoolean());
			}
			return last.get();
		};
	}

	/** The young generation is full after each collection of the old one alone. */
	private static boolean isOld(MemoryPoolMXBean pool) {
		return pool.getName().contains("Old") || pool.getName().contains("Tenured") || pool.getName().contains("ZHeap");
	}

	/** Whether new work should be refused. */
	public boolean isFull() {
		long began = this.since.get();
		if (!this.full.getAsBoolean()) {
			if (began != 0) {
				this.since.set(0);
			}
			return false;
		}
		long now = this.nanos.getAsLong() | 1;
		if (began == 0 || now - began >= this.recheckNanos) {
			boolean first = this.since.compareAndSet(began, now);
			if (began != 0 && first) {
				this.collection.run();
			}
		}
		return true;
	}

}
