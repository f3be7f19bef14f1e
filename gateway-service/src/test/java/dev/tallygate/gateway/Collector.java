package dev.tallygate.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/**
 * Takes traces over OTLP/HTTP as a collector does and reads the protobuf.
 */
final class Collector implements AutoCloseable {

	private final List<Span> spans = new CopyOnWriteArrayList<>();

	private final List<String> raw = new CopyOnWriteArrayList<>();

	final List<String> authorizations = new CopyOnWriteArrayList<>();

	private final HttpServer server;

	Collector() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/v1/traces", this::take);
		this.server.start();
	}

	String endpoint() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort() + "/v1/traces";
	}

	private void take(HttpExchange exchange) throws IOException {
		try (exchange) {
			byte[] body = exchange.getRequestBody().readAllBytes();
			if ("gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))) {
				try (InputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(body))) {
					body = unpacked.readAllBytes();
				}
			}
			this.authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
			this.raw.add(new String(body, StandardCharsets.ISO_8859_1));
			ExportTraceServiceRequest.parseFrom(body)
				.getResourceSpansList()
				.forEach((resource) -> resource.getScopeSpansList()
					.forEach((scope) -> this.spans.addAll(scope.getSpansList())));
			exchange.sendResponseHeaders(200, -1);
		}
	}

	List<Span> of(String traceId) {
		return this.spans.stream().filter((span) -> hex(span.getTraceId().toByteArray()).equals(traceId)).toList();
	}

	/** Every byte that came, for what must not be in there. */
	String everything() {
		return String.join("", this.raw);
	}

	static String hex(byte[] id) {
		return HexFormat.of().formatHex(id);
	}

	/** The attributes of a span by name. */
	static Map<String, Object> attributes(Span span) {
		Map<String, Object> attributes = new TreeMap<>();
		span.getAttributesList()
			.forEach((each) -> attributes.put(each.getKey(), switch (each.getValue().getValueCase()) {
				case STRING_VALUE -> each.getValue().getStringValue();
				case INT_VALUE -> each.getValue().getIntValue();
				case BOOL_VALUE -> each.getValue().getBoolValue();
				default -> each.getValue().toString();
			}));
		return attributes;
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

}
