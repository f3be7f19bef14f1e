package dev.tallygate.security.internal;

import org.apache.catalina.connector.Connector;
import org.apache.coyote.AbstractProtocol;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.threads.VirtualThreadExecutor;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

/**
 * The port on which {@code /internal/**} answers, and nothing else does.
 */
public final class InternalPort implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

	private final Connector connector = new Connector(Http11NioProtocol.class.getName());

	InternalPort(InternalPortProperties properties, @Nullable SslBundles bundles) {
		this.connector.setPort(properties.port());
		this.connector.setMaxPostSize(properties.maxBodyBytes());
		if (this.connector.getProtocolHandler() instanceof AbstractProtocol<?> protocol) {
			protocol.setExecutor(new VirtualThreadExecutor("internal-"));
			protocol.setMaxConnections(properties.maxConnections());
			protocol.setTcpNoDelay(true);
		}
		String bundle = properties.ssl().bundle();
		if (bundle != null) {
			InternalTls.apply(this.connector, bundle, InternalTls.require(bundles));
		}
	}

	/** Comes after Boot's own customizers, so that the factory knows its address. */
	@Override
	public void customize(TomcatServletWebServerFactory factory) {
		if (this.connector.getProtocolHandler() instanceof AbstractProtocol<?> protocol) {
			protocol.setAddress(factory.getAddress());
		}
		factory.addAdditionalConnectors(this.connector);
	}

	/**
	 * The port in use, once the server has started.
	 */
	public int number() {
		return this.connector.getLocalPort();
	}

}
