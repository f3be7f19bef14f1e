package dev.tallygate.simulator;

import java.io.IOException;

/**
 * Runs a simulator as a process of its own.
 */
public final class SimulatorApplication {

	private SimulatorApplication() {
	}

	/**
	 * Starts and serves until the process is told to stop.
	 */
	public static void main(String[] args) throws InterruptedException {
		try {
			Simulator simulator = Simulator.start(SimulatorConfig.from(System.getenv()));
			Runtime.getRuntime().addShutdownHook(new Thread(simulator::close, "stop"));
			System.out.println("Simulator answers at " + simulator.url());
			simulator.await();
		}
		catch (IOException | IllegalArgumentException ex) {
			System.err.println("The simulator cannot start: " + ex.getMessage());
			System.exit(1);
		}
	}

}
