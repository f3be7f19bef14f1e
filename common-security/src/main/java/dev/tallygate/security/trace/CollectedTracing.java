package dev.tallygate.security.trace;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Tells a collector over OTLP. Spans wait in a bounded queue and a thread of its own
 * sends them: a collector that is slow or away costs no call anything.
 */
final class CollectedTracing implements Tracing, AutoCloseable {

	private static final long STOP_SECONDS = 5;

	private static final W3CTraceContextPropagator TRACE_CONTEXT = W3CTraceContextPropagator.getInstance();

	private final SdkTracerProvider provider;

	private final Tracer tracer;

	private CollectedTracing(SdkTracerProvider provider) {
		this.provider = provider;
		this.tracer = provider.get("dev.tallygate");
	}

	/**
	 * Sends to a collector.
	 * @param service the name of this service
	 * @param instance which of them
	 */
	static CollectedTracing to(URI endpoint, TracingProperties properties, String service, String instance) {
		OtlpHttpSpanExporterBuilder exporter = OtlpHttpSpanExporter.builder()
			.setEndpoint(endpoint.toString())
			.setTimeout(properties.timeout());
		if (properties.authorization() != null) {
			properties.authorization().useText((text) -> exporter.addHeader("Authorization", text));
		}
		SpanProcessor sender = BatchSpanProcessor.builder(exporter.build())
			.setMaxQueueSize(properties.queue())
			.setMaxExportBatchSize(Math.min(properties.queue(), 512))
			.setExporterTimeout(properties.timeout())
			.build();
		return new CollectedTracing(SdkTracerProvider.builder()
			.setResource(Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), service,
					AttributeKey.stringKey("service.namespace"), "tallygate",
					AttributeKey.stringKey("service.instance.id"), instance)))
			.setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(properties.sampling())))
			.addSpanProcessor(sender)
			.build());
	}

	@Override
	public Span serve(String name, UnaryOperator<@Nullable String> header) {
		Context parent = TRACE_CONTEXT.extract(Context.root(), header, Header.GETTER);
		return new Collected(this.tracer.spanBuilder(name).setParent(parent).setSpanKind(SpanKind.SERVER).startSpan());
	}

	@Override
	public Span call(String name) {
		Context parent = Context.current();
		if (!io.opentelemetry.api.trace.Span.fromContext(parent).getSpanContext().isValid()) {
			return Off.INSTANCE;
		}
		return new Collected(this.tracer.spanBuilder(name).setParent(parent).setSpanKind(SpanKind.CLIENT).startSpan());
	}

	@Override
	public Span current() {
		return new Collected(io.opentelemetry.api.trace.Span.current(), null);
	}

	/** Sends what is still to be sent, for some seconds at most. */
	@Override
	public void close() {
		this.provider.shutdown().join(STOP_SECONDS, TimeUnit.SECONDS);
	}

	private enum Header implements TextMapGetter<UnaryOperator<@Nullable String>> {

		GETTER;

		@Override
		public Iterable<String> keys(UnaryOperator<@Nullable String> header) {
			return List.of();
		}

		@Override
		public @Nullable String get(@Nullable UnaryOperator<@Nullable String> header, String name) {
			return (header != null) ? header.apply(name) : null;
		}

	}

	/**
	 * A span of the SDK.
	 *
	 * @param span the span
	 * @param scope ends its being the current one; null where it was that already
	 */
	private record Collected(io.opentelemetry.api.trace.Span span, @Nullable Scope scope) implements Span {

		// Whoever began the span closes it, and with it the scope.
		@SuppressWarnings("MustBeClosedChecker")
		Collected(io.opentelemetry.api.trace.Span span) {
			this(span, span.makeCurrent());
		}

		@Override
		public boolean isRecording() {
			return this.span.isRecording();
		}

		@Override
		public void rename(String name) {
			this.span.updateName(name);
		}

		@Override
		public void put(String attribute, @Nullable String value) {
			if (value != null) {
				this.span.setAttribute(attribute, value);
			}
		}

		@Override
		public void put(String attribute, @Nullable Long value) {
			if (value != null) {
				this.span.setAttribute(attribute, value);
			}
		}

		@Override
		public void put(String attribute, boolean value) {
			this.span.setAttribute(attribute, value);
		}

		@Override
		public void failed(String type) {
			this.span.setStatus(StatusCode.ERROR).setAttribute("error.type", type);
		}

		@Override
		public void inject(BiConsumer<String, String> header) {
			TRACE_CONTEXT.inject(this.span.storeInContext(Context.root()), header,
					(carrier, name, value) -> header.accept(name, value));
		}

		@Override
		public void close() {
			if (this.scope != null) {
				this.scope.close();
				this.span.end();
			}
		}

	}

}
