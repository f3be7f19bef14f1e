package dev.tallygate.gateway.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.apache.tomcat.util.net.SocketEvent;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections for calls that are answered straight from the socket, and makes the
 * container's of those on which something else is asked. The container counts all of
 * them.
 */
final class CallersEndpoint extends NioEndpoint {

	private volatile @Nullable DirectCalls calls;

	/** What was read of connections that are just becoming the container's. */
	private final Map<SocketChannel, ByteBuffer> read = new ConcurrentHashMap<>();

	/** From now on connections that are not encrypted begin here. */
	void direct(DirectCalls calls) {
		this.calls = calls;
	}

	int directConnections() {
		DirectCalls direct = this.calls;
		return (direct != null) ? direct.connections() : 0;
	}

	@Override
	protected boolean setSocketOptions(SocketChannel socket) {
		DirectCalls direct = this.calls;
		if (direct == null || isSSLEnabled()) {
			return super.setSocketOptions(socket);
		}
		try {
			getSocketProperties().setProperties(socket.socket());
		}
		catch (IOException ex) {
			// Nobody else knows of it yet.
			destroySocket(socket);
			return false;
		}
		direct.accept(socket);
		return true;
	}

	/**
	 * The container serves a connection from now on.
	 * @param bytes what was read of it already
	 */
	void take(SocketChannel socket, ByteBuffer bytes) {
		this.read.put(socket, bytes);
		try {
			if (!isRunning()) {
				destroySocket(socket);
				return;
			}
			if (!super.setSocketOptions(socket)) {
				// As its acceptor does: what there is of it has been counted down
				// already.
				closeSocket(socket);
				return;
			}
		}
		finally {
			this.read.remove(socket);
		}
		if (this.connections.get(socket) instanceof NioSocketWrapper wrapper) {
			getExecutor().execute(() -> process(wrapper));
		}
	}

	/**
	 * There is something to read already, so nothing is waited for until the container
	 * says so. It would close the connection of an answer that takes longer than it
	 * waits.
	 */
	private void process(NioSocketWrapper wrapper) {
		wrapper.getLock().lock();
		try {
			wrapper.interestOps(0);
			processSocket(wrapper, SocketEvent.OPEN_READ, false);
		}
		finally {
			wrapper.getLock().unlock();
		}
	}

	/** A connection that was served here has come to its end. */
	void closed(SocketChannel socket) {
		destroySocket(socket);
	}

	@Override
	public void stopInternal() {
		DirectCalls direct = this.calls;
		if (direct != null) {
			direct.stop();
		}
		super.stopInternal();
	}

	@Override
	protected NioChannel createChannel(SocketBufferHandler buffer) {
		return isSSLEnabled() ? super.createChannel(buffer) : new ReadChannel(buffer);
	}

	/** Begins with what was read already. */
	private final class ReadChannel extends NioChannel {

		ReadChannel(SocketBufferHandler buffer) {
			super(buffer);
		}

		@Override
		public void reset(SocketChannel channel, NioSocketWrapper wrapper) throws IOException {
			super.reset(channel, wrapper);
			ByteBuffer bytes = CallersEndpoint.this.read.get(channel);
			if (bytes != null) {
				if (bytes.remaining() > getBufHandler().getReadBuffer().capacity()) {
					getBufHandler().expand(bytes.remaining());
				}
				wrapper.unRead(bytes);
			}
		}

	}

}
