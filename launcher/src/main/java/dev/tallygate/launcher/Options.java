package dev.tallygate.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What the command line and the environment ask for.
 *
 * @param ephemeral whether nothing is kept
 * @param simulator whether the simulated provider is started
 * @param gateways how many gateways are started, 1 to {@value Ports#MAX_GATEWAYS}
 * @param ports where everything listens
 */
record Options(boolean ephemeral, boolean simulator, int gateways, Ports ports) {

	private static final String GATEWAYS = "--gateways";

	/** What {@code --help} prints; the script has it before anything is built. */
	static String usage() {
		try (InputStream text = Options.class.getResourceAsStream("usage.txt")) {
			if (text == null) {
				throw new IllegalStateException("usage.txt is missing");
			}
			return new String(text.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static Options parse(String[] arguments, Map<String, String> environment) {
		boolean ephemeral = false;
		boolean simulator = true;
		String gateways = environment.getOrDefault("TALLYGATE_GATEWAYS", "").strip();
		String asked = "TALLYGATE_GATEWAYS";
		for (int i = 0; i < arguments.length; i++) {
			String argument = arguments[i];
			if (argument.equals(GATEWAYS) && i + 1 < arguments.length) {
				i++;
				gateways = arguments[i];
				asked = GATEWAYS;
			}
			else if (argument.startsWith(GATEWAYS + '=')) {
				gateways = argument.substring(GATEWAYS.length() + 1);
				asked = GATEWAYS;
			}
			else {
				switch (argument) {
					case "--ephemeral" -> ephemeral = true;
					case "--no-simulator" -> simulator = false;
					case GATEWAYS -> throw new LaunchException("Say how many gateways, as in --gateways 3.");
					default -> throw new LaunchException("Unknown option " + argument
							+ ". Try --ephemeral, --no-simulator, --gateways N or --help.");
				}
			}
		}
		return new Options(ephemeral, simulator, gateways(asked, gateways), new Ports(offset(environment)));
	}

	private static int gateways(String asked, String number) {
		if (number.isEmpty()) {
			return 1;
		}
		int gateways = wholeNumber(asked, number);
		if (gateways < 1 || gateways > Ports.MAX_GATEWAYS) {
			throw new LaunchException(
					asked + " takes a number from 1 to " + Ports.MAX_GATEWAYS + ", not " + number + ".");
		}
		return gateways;
	}

	private static int offset(Map<String, String> environment) {
		String offset = environment.getOrDefault("TALLYGATE_PORT_OFFSET", "0").strip();
		return offset.isEmpty() ? 0 : wholeNumber("TALLYGATE_PORT_OFFSET", offset);
	}

	private static int wholeNumber(String name, String value) {
		try {
			return Integer.parseInt(value);
		}
		catch (NumberFormatException ex) {
			throw new LaunchException(name + " is not a whole number: " + value, ex);
		}
	}

}
