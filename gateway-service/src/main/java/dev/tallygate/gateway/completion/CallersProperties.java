package dev.tallygate.gateway.completion;

import org.apache.coyote.AbstractProtocol;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits on connections of callers.
 *
 * @param sendBuffer how much of an answer the system takes for a caller who does not read
 * it yet; 0 for what the system thinks fit, which is some megabytes for each
 */
@ConfigurationProperties("tallygate.callers")
record CallersProperties(@DefaultValue("256KB") DataSize sendBuffer) {

	/** More than most events are, and there for each connection, in bytes. */
	private static final int WRITE_BUFFER = 4 * 1024;

	/**
	 * Bounds what is sent ahead: it is memory outside of the heap that no limit of ours
	 * sees, and tokens that are paid for and may never be read.
	 */
	void bound(AbstractProtocol<?> protocol) {
		protocol.setProperty("socket.appWriteBufSize", Integer.toString(WRITE_BUFFER));
		if (this.sendBuffer.toBytes() > 0) {
			protocol.setProperty("socket.txBufSize", Long.toString(this.sendBuffer.toBytes()));
		}
	}

}
