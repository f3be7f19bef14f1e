package dev.tallygate.gateway.http;

import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits on connections of callers.
 *
 * @param sendBuffer how much of an answer the system takes for a caller who does not read
 * it yet; 0 for what the system thinks fit, which is some megabytes for each
 * @param direct whether calls in plain form are answered straight from the caller's
 * socket, past the servlet container; not done anyway where connections are encrypted
 * here or calls are traced
 */
@ConfigurationProperties("tallygate.callers")
public record CallersProperties(@DefaultValue("256KB") DataSize sendBuffer, @DefaultValue("true") boolean direct) {

	/** Each connection has these, in bytes. A longer request goes past the first. */
	private static final int READ_BUFFER = 2 * 1024;

	private static final int WRITE_BUFFER = 8 * 1024;

	/** Nobody looks at what follows a body, and its buffer is always there. */
	private static final int MOST_TRAILERS = 1024;

	/**
	 * Bounds what a connection keeps, and what is sent ahead: that is memory outside of
	 * the heap that no limit of ours sees, and tokens that are paid for and may never be
	 * read.
	 */
	public void bound(AbstractHttp11Protocol<?> protocol) {
		protocol.setProperty("socket.appReadBufSize", Integer.toString(READ_BUFFER));
		protocol.setProperty("socket.appWriteBufSize", Integer.toString(WRITE_BUFFER));
		protocol.setMaxTrailerSize(MOST_TRAILERS);
		if (this.sendBuffer.toBytes() > 0) {
			protocol.setProperty("socket.txBufSize", Long.toString(this.sendBuffer.toBytes()));
		}
	}

}
