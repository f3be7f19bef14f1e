package dev.tallygate.security;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The internal port.
 *
 * @param port the TCP port; 0 for any free one
 * @param maxConnections how many connections it holds at most
 * @param maxBodyBytes the largest form it reads, in bytes
 */
@ConfigurationProperties("tallygate.internal")
record InternalPortProperties(int port, @DefaultValue("512") int maxConnections,
		@DefaultValue("65536") int maxBodyBytes) {

}
