package dev.tallygate.launcher;

import java.util.Map;

/**
 * What the command line and the environment ask for.
 *
 * @param ephemeral whether nothing is kept
 * @param simulator whether the simulated provider is started
 * @param ports where everything listens
 */
record Options(boolean ephemeral, boolean simulator, Ports ports) {

	static final String USAGE = """
			Usage: ./quickstart [--ephemeral] [--no-simulator] | --prepare

			Builds what is missing and starts everything: PostgreSQL, Kafka, the simulated provider and every service.
			Data lives in .tallygate/. Ctrl-C stops all of it.

			  --ephemeral      keep nothing
			  --no-simulator   use the real providers
			  --prepare        only build, and rehearse a start so that later ones are quick

			TALLYGATE_PORT_OFFSET=1000 moves every port, so that two can run side by side.
			""";

	static Options parse(String[] arguments, Map<String, String> environment) {
		boolean ephemeral = false;
		boolean simulator = true;
		for (String argument : arguments) {
			switch (argument) {
				case "--ephemeral" -> ephemeral = true;
				case "--no-simulator" -> simulator = false;
				default -> throw new LaunchException(
						"Unknown option " + argument + ". Try --ephemeral, --no-simulator or --help.");
			}
		}
		return new Options(ephemeral, simulator, new Ports(offset(environment)));
	}

	private static int offset(Map<String, String> environment) {
		String offset = environment.getOrDefault("TALLYGATE_PORT_OFFSET", "0").strip();
		try {
			return offset.isEmpty() ? 0 : Integer.parseInt(offset);
		}
		catch (NumberFormatException ex) {
			throw new LaunchException("TALLYGATE_PORT_OFFSET is not a whole number: " + offset, ex);
		}
	}

}
