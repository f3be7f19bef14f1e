package dev.tallygate.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Which port everything listens on. An offset moves all of them. Management ports lie
 * where no usual offset, such as 1000, moves another instance's public port to.
 *
 * @param offset added to every port
 */
public record Ports(int offset) {

	/** Every port is on the loopback interface. */
	static final String HOST = "127.0.0.1";

	private static final int MANAGEMENT_DISTANCE = 1370;

	private static final int KAFKA = 19_092;

	private static final int KAFKA_CONTROLLER = 19_093;

	private static final int POSTGRES = 15_432;

	/** The second gateway's public port is one above, the third's two, and so on. */
	private static final int MORE_GATEWAYS = 8101;

	/** The most gateways on one machine. */
	static final int MAX_GATEWAYS = 9;

	private static final int LOWEST_FREE = 10_000;

	private static final int HIGHEST_FREE = 13_600;

	private static final int TRIES = 50;

	private static final int MAX_PORT = 65_535;

	public Ports {
		if (KAFKA_CONTROLLER + offset > MAX_PORT || Service.GATEWAY.port() + offset < 1024) {
			throw new LaunchException("TALLYGATE_PORT_OFFSET=" + offset + " moves a port out of range; take -7000 to "
					+ (MAX_PORT - KAFKA_CONTROLLER) + ".");
		}
	}

	/**
	 * Ports nobody uses now, below those that systems give to outgoing connections; for
	 * tests.
	 */
	public static Ports free() {
		for (int i = 0; i < TRIES; i++) {
			Ports ports = new Ports(ThreadLocalRandom.current().nextInt(LOWEST_FREE, HIGHEST_FREE));
			try {
				ports.requireFree(EnumSet.allOf(Service.class), MAX_GATEWAYS);
				return ports;
			}
			catch (LaunchException ex) {
				// Somebody is there; elsewhere then.
			}
		}
		throw new LaunchException("No free ports found.");
	}

	/** The public port. */
	public int of(Service service) {
		return service.port() + this.offset;
	}

	/** The port of health and metrics. */
	public int management(Service service) {
		return service.port() + MANAGEMENT_DISTANCE + this.offset;
	}

	/** The public port of a gateway, the first of which is number 1. */
	public int ofGateway(int number) {
		return (number == 1) ? of(Service.GATEWAY) : MORE_GATEWAYS + number - 1 + this.offset;
	}

	/** The port of health and metrics of a gateway, the first of which is number 1. */
	public int managementOfGateway(int number) {
		return ofGateway(number) + MANAGEMENT_DISTANCE;
	}

	/** Where a gateway answers, the first of which is number 1. */
	public String urlOfGateway(int number) {
		return "http://" + HOST + ":" + ofGateway(number);
	}

	/** Where health and metrics of a gateway are, the first of which is number 1. */
	public String managementUrlOfGateway(int number) {
		return "http://" + HOST + ":" + managementOfGateway(number);
	}

	/** The port of {@code /internal/**}. */
	public int internal(Service service) {
		return service.internalPort() + this.offset;
	}

	/** The broker's port. */
	public int kafka() {
		return KAFKA + this.offset;
	}

	int kafkaController() {
		return KAFKA_CONTROLLER + this.offset;
	}

	/** The database's port. */
	public int postgres() {
		return POSTGRES + this.offset;
	}

	/** Where a service answers, without a trailing slash. */
	public String url(Service service) {
		return "http://" + HOST + ":" + of(service);
	}

	/** Where health and metrics of a service are. */
	public String managementUrl(Service service) {
		return "http://" + HOST + ":" + management(service);
	}

	String internalUrl(Service service) {
		return "http://" + HOST + ":" + internal(service);
	}

	/** Fails with one line that names every port that is taken. */
	void requireFree(Set<Service> services, int gateways) {
		List<String> taken = new ArrayList<>();
		requireFree(postgres(), "PostgreSQL", taken);
		requireFree(kafka(), "Kafka", taken);
		requireFree(kafkaController(), "Kafka's controller", taken);
		for (Service service : services) {
			requireFree(of(service), service.module(), taken);
			if (service.managed()) {
				requireFree(management(service), service.module() + "'s management", taken);
			}
			if (service.internalPort() > 0) {
				requireFree(internal(service), service.module() + "'s internal calls", taken);
			}
		}
		for (int number = 2; number <= gateways; number++) {
			requireFree(ofGateway(number), "gateway " + number, taken);
			requireFree(managementOfGateway(number), "gateway " + number + "'s management", taken);
		}
		if (!taken.isEmpty()) {
			throw new LaunchException(
					"In use: port " + String.join(", ", taken) + ". Stop what uses it, or set TALLYGATE_PORT_OFFSET="
							+ (this.offset + 1000) + " to move every port.");
		}
	}

	private static void requireFree(int port, String who, List<String> taken) {
		try (ServerSocket socket = new ServerSocket()) {
			socket.setReuseAddress(true);
			socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
		}
		catch (IOException ex) {
			taken.add(port + " (" + who + ")");
		}
	}

}
