package dev.tallygate.budgets.webhook;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;

/**
 * Which addresses a webhook may be at. What is not plainly public is refused: a webhook
 * must not reach what only this machine or its network can.
 */
final class AddressRules {

	private static final List<Network> REFUSED = List
		.of("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
				"192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
				"203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4")
		.stream()
		.map(Network::parse)
		.toList();

	/** Of IPv6 only this is public, and not all of it. */
	private static final Network GLOBAL = Network.parse("2000::/3");

	/**
	 * Teredo and others, documentation, 6to4, which all can stand for something else.
	 */
	private static final List<Network> REFUSED_GLOBAL = List.of("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
		.stream()
		.map(Network::parse)
		.toList();

	private final List<Network> allowed;

	/**
	 * Rules with exceptions.
	 * @param allowed networks the operator allows, such as {@code 10.1.0.0/16}
	 */
	AddressRules(List<String> allowed) {
		this.allowed = allowed.stream().map(Network::parse).toList();
	}

	boolean permits(InetAddress address) {
		return isAllowedByOperator(address) || isPublic(address);
	}

	/** Whether the operator named a network that it is in. */
	boolean isAllowedByOperator(InetAddress address) {
		return this.allowed.stream().anyMatch((network) -> network.contains(address));
	}

	private static boolean isPublic(InetAddress address) {
		return switch (address) {
			case Inet4Address four -> REFUSED.stream().noneMatch((network) -> network.contains(four));
			case Inet6Address six ->
				GLOBAL.contains(six) && REFUSED_GLOBAL.stream().noneMatch((network) -> network.contains(six));
			default -> false;
		};
	}

	/**
	 * The addresses that begin alike.
	 *
	 * @param base one of them
	 * @param bits how many bits are alike
	 */
	private record Network(InetAddress base, int bits) {

		static Network parse(String text) {
			String[] parts = text.split("/", -1);
			InetAddress base = InetAddress.ofLiteral(parts[0]);
			int most = base.getAddress().length * Byte.SIZE;
			int bits = (parts.length == 2) ? Integer.parseInt(parts[1]) : most;
			if (parts.length > 2 || bits < 0 || bits > most) {
				throw new IllegalArgumentException("not a network: " + text);
			}
			return new Network(base, bits);
		}

		boolean contains(InetAddress address) {
			byte[] left = this.base.getAddress();
			byte[] right = address.getAddress();
			if (left.length != right.length) {
				return false;
			}
			for (int bit = 0; bit < this.bits; bit++) {
				int mask = 0x80 >> (bit % Byte.SIZE);
				if ((left[bit / Byte.SIZE] & mask) != (right[bit / Byte.SIZE] & mask)) {
					return false;
				}
			}
			return true;
		}

	}

}
