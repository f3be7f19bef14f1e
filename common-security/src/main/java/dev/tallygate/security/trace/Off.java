package dev.tallygate.security.trace;

import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Traces nothing: it is its own only span and keeps nothing.
 */
final class Off implements Tracing, Span {

	static final Off INSTANCE = new Off();

	private Off() {
	}

	@Override
	public boolean isOff() {
		return true;
	}

	@Override
	public Span serve(String name, UnaryOperator<@Nullable String> header) {
		return this;
	}

	@Override
	public Span call(String name) {
		return this;
	}

	@Override
	public Span current() {
		return this;
	}

	@Override
	public boolean isRecording() {
		return false;
	}

	@Override
	public void rename(String name) {
	}

	@Override
	public void put(String attribute, @Nullable String value) {
	}

	@Override
	public void put(String attribute, @Nullable Long value) {
	}

	@Override
	public void put(String attribute, boolean value) {
	}

	@Override
	public void failed(String type) {
	}

	@Override
	public void inject(BiConsumer<String, String> header) {
	}

	@Override
	public void close() {
	}

}
