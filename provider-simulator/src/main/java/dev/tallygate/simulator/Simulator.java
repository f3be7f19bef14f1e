package dev.tallygate.simulator;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * A running simulator. Everything a test needs to know about what it answers is in the
 * module's README.
 */
// A write that fails closes its connection, which is where failures are dealt with.
@SuppressWarnings("FutureReturnValueIgnored")
public final class Simulator implements AutoCloseable {

	/** The largest request body that is read, in bytes. */
	private static final int MAX_BODY = 128 * 1024 * 1024;

	private static final int BACKLOG = 4096;

	private final EventLoopGroup loops;

	private final Channel listener;

	private final Bill bill;

	private final SimulatedKeys keys;

	private Simulator(EventLoopGroup loops, Channel listener, Bill bill, SimulatedKeys keys) {
		this.loops = loops;
		this.listener = listener;
		this.bill = bill;
		this.keys = keys;
	}

	/**
	 * Starts a simulator.
	 * @throws BindException when the port is in use
	 * @throws IOException when the ledger file cannot be read or written
	 */
	public static Simulator start(SimulatorConfig config) throws IOException {
		Bill bill = Bill.open(config.ledgerFile(), config.ledgerRows());
		SimulatedKeys keys = new SimulatedKeys();
		Controls controls = new Controls();
		Providers providers = new Providers(controls);
		boolean epoll = Epoll.isAvailable();
		IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
		EventLoopGroup loops = new MultiThreadIoEventLoopGroup(config.threads(), io);
		Class<? extends ServerChannel> channel = epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
		ServerBootstrap bootstrap = new ServerBootstrap().group(loops)
			.channel(channel)
			.option(ChannelOption.SO_BACKLOG, BACKLOG)
			.option(ChannelOption.SO_REUSEADDR, true)
			.childOption(ChannelOption.TCP_NODELAY, true)
			.childHandler(new ChannelInitializer<SocketChannel>() {
				@Override
				protected void initChannel(SocketChannel connection) {
					connection.pipeline()
						.addLast(new HttpServerCodec())
						.addLast(new EarlyAnswer(controls))
						.addLast(new HttpObjectAggregator(MAX_BODY))
						.addLast(new SimulatorHandler(bill, keys, controls, providers));
				}
			});
		var bound = bootstrap.bind(new InetSocketAddress(config.host(), config.port())).awaitUninterruptibly();
		if (!bound.isSuccess()) {
			loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
			bill.close();
			BindException failure = new BindException("port " + config.port() + " cannot be used");
			failure.initCause(bound.cause());
			throw failure;
		}
		return new Simulator(loops, bound.channel(), bill, keys);
	}

	/** The port it listens on. */
	public int port() {
		return ((InetSocketAddress) this.listener.localAddress()).getPort();
	}

	/** Where it listens, without a path and without a trailing slash. */
	public String url() {
		InetSocketAddress address = (InetSocketAddress) this.listener.localAddress();
		return "http://" + address.getAddress().getHostAddress() + ":" + address.getPort();
	}

	/**
	 * The base URL of a simulated provider, with its version path.
	 * @param provider {@code openai}, {@code anthropic}, {@code ollama} or {@code manus}
	 */
	public String baseUrl(String provider) {
		return url() + "/" + provider + "/v1";
	}

	/** What it has billed. */
	public Bill bill() {
		return this.bill;
	}

	/** Which keys it takes. */
	public SimulatedKeys keys() {
		return this.keys;
	}

	/** Waits until the listener is closed. */
	void await() throws InterruptedException {
		this.listener.closeFuture().await();
	}

	@Override
	public void close() {
		this.listener.close().awaitUninterruptibly();
		this.loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
		this.bill.close();
	}

}
