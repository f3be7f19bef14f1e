package dev.tallygate.system;

import dev.tallygate.launcher.Child;
import dev.tallygate.launcher.Ports;
import dev.tallygate.launcher.Service;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Several gateways beside the product's own, each with a spool of its own, and what can
 * be done to them and to budget-service.
 */
final class GatewayFleet implements AutoCloseable {

	private static final Duration READY = Duration.ofMinutes(5);

	private static final Duration GRACE = Duration.ofSeconds(40);

	/** Longer than a gateway waits for budget-service. */
	private static final int LEAST_FREEZE = 3000;

	private static final Pattern WAITS = Pattern
		.compile("(?m)^tallygate_leases_waits_seconds_(count|sum)\\{[^}]*outcome=\"(\\w+)\"[^}]*} (\\S+)$");

	private final Tallygate tallygate;

	private final List<Child> gateways = new ArrayList<>();

	private final List<Ports> ports = new ArrayList<>();

	private final Waits waits = new Waits();

	private GatewayFleet(Tallygate tallygate) {
		this.tallygate = tallygate;
	}

	static GatewayFleet start(Tallygate tallygate, int count, Path folder) throws InterruptedException {
		GatewayFleet fleet = new GatewayFleet(tallygate);
		try {
			for (int i = 0; i < count; i++) {
				Ports ports = Ports.free();
				Child gateway = tallygate.another(Service.GATEWAY, ports, Map.of("TALLYGATE_INSTANCE", "fleet-" + i,
						"TALLYGATE_SPOOL_DIRECTORY", folder.resolve("fleet-" + i).toString()));
				fleet.ports.add(ports);
				fleet.gateways.add(gateway);
				gateway.start();
				gateway.awaitReady(READY);
			}
			return fleet;
		}
		catch (InterruptedException | RuntimeException ex) {
			fleet.close();
			throw ex;
		}
	}

	List<String> urls() {
		return this.ports.stream().map((each) -> each.url(Service.GATEWAY)).toList();
	}

	/** One of each kind for every gateway and for budget-service. */
	List<Fault> faults() {
		List<Fault> faults = new ArrayList<>();
		faults.add(new Fault("kill budget-service", (_) -> {
			this.tallygate.kill(Service.BUDGET);
			this.tallygate.startAgain(Service.BUDGET);
		}));
		faults.add(new Fault("freeze budget-service", (random) -> {
			this.tallygate.freeze(Service.BUDGET);
			try {
				Thread.sleep(LEAST_FREEZE + random.nextInt(3000));
			}
			finally {
				this.tallygate.thaw(Service.BUDGET);
			}
		}));
		faults.add(new Fault("kill a gateway", (random) -> {
			int which = random.nextInt(this.gateways.size());
			this.waits.add(which, scrape(which));
			this.gateways.get(which).kill();
			this.waits.begunAnew(which);
			this.gateways.get(which).start();
			this.gateways.get(which).awaitReady(READY);
		}));
		faults.add(new Fault("freeze a gateway", (random) -> {
			long pid = this.gateways.get(random.nextInt(this.gateways.size())).pid();
			Tallygate.freeze(pid);
			try {
				Thread.sleep(LEAST_FREEZE + random.nextInt(3000));
			}
			finally {
				Tallygate.thaw(pid);
			}
		}));
		return faults;
	}

	/** How many calls had to ask for a line first, and what that cost them. */
	Waits waits() {
		for (int i = 0; i < this.gateways.size(); i++) {
			this.waits.add(i, scrape(i));
		}
		return this.waits;
	}

	private String scrape(int which) {
		return new Api(this.ports.get(which).managementUrl(Service.GATEWAY), "").send("GET", "/actuator/prometheus", "")
			.body();
	}

	@Override
	public void close() {
		this.gateways.forEach((gateway) -> gateway.stop(GRACE));
	}

	/**
	 * Something that goes wrong for a while.
	 */
	record Fault(String name, Happening happening) {

		void happen(Random random) throws InterruptedException {
			this.happening.happen(random);
		}

	}

	/**
	 * What goes wrong.
	 */
	@FunctionalInterface
	interface Happening {

		/** Now. */
		void happen(Random random) throws InterruptedException;

	}

	/**
	 * Calls that had to ask for a line first, over all processes there were.
	 */
	static final class Waits {

		private final Map<String, Double> before = new HashMap<>();

		private final Map<String, Double> latest = new HashMap<>();

		private void add(int which, String metrics) {
			Matcher matcher = WAITS.matcher(metrics);
			while (matcher.find()) {
				this.latest.put(which + " " + matcher.group(2) + ' ' + matcher.group(1),
						Double.parseDouble(matcher.group(3)));
			}
		}

		private void begunAnew(int which) {
			this.latest.entrySet().removeIf((each) -> {
				boolean its = each.getKey().startsWith(which + " ");
				if (its) {
					this.before.merge(each.getKey(), each.getValue(), Double::sum);
				}
				return its;
			});
		}

		private double sum(String what) {
			return Stream.of(this.before, this.latest)
				.flatMap((each) -> each.entrySet().stream())
				.filter((each) -> each.getKey().endsWith(what))
				.mapToDouble(Map.Entry::getValue)
				.sum();
		}

		@Override
		public String toString() {
			double admitted = sum("admitted count");
			return String.format(
					"%.0f calls had to ask for a line first and were admitted after %.0f ms on average, %.0f were told to try again",
					admitted, 1000 * sum("admitted sum") / Math.max(1, admitted), sum("refused count"));
		}

	}

}
