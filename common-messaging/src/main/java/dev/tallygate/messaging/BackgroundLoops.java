package dev.tallygate.messaging;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Watches the service's {@link BackgroundLoop}s, with tag {@code loop}:
 * {@code tallygate.loop.failures} counts what they threw, {@code tallygate.loop.alive} is
 * 0 for one whose thread is gone though nobody stopped it. Every bean is watched; what is
 * no bean is handed over.
 */
public final class BackgroundLoops implements SmartInitializingSingleton {

	private final ObjectProvider<BackgroundLoop> beans;

	private final MeterRegistry registry;

	private final List<BackgroundLoop> watched = new CopyOnWriteArrayList<>();

	BackgroundLoops(ObjectProvider<BackgroundLoop> beans, MeterRegistry registry) {
		this.beans = beans;
		this.registry = registry;
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.beans.orderedStream().forEach(this::watch);
	}

	/** Watches a loop that is no bean. */
	public void watch(BackgroundLoop loop) {
		this.watched.add(loop);
		FunctionCounter.builder("tallygate.loop.failures", loop, BackgroundLoop::failures)
			.tag("loop", loop.name())
			.description("how often work in the background has failed and begun again")
			.register(this.registry);
		meterAlive(this.registry, loop.name(), loop, BackgroundLoop::isDead);
	}

	/**
	 * Tells whether work in the background is still there.
	 * @param dead whether it has ended though nobody stopped it
	 */
	static <T> void meterAlive(MeterRegistry registry, String name, T work, Predicate<T> dead) {
		Gauge.builder("tallygate.loop.alive", work, (each) -> dead.test(each) ? 0 : 1)
			.tag("loop", name)
			.description("0 for work in the background that has ended though nobody stopped it")
			.register(registry);
	}

	/** The names of those that have ended though nobody stopped them. */
	List<String> dead() {
		return this.watched.stream().filter(BackgroundLoop::isDead).map(BackgroundLoop::name).toList();
	}

}
