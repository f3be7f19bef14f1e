package dev.tallygate.gateway.http;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * A response that the servlet container writes.
 *
 * @param response the container's
 */
public record ContainerResponse(HttpServletResponse response) implements CallerResponse {

	@Override
	public void status(int status) {
		this.response.setStatus(status);
	}

	@Override
	public void header(String name, String value) {
		this.response.setHeader(name, value);
	}

	@Override
	public @Nullable String header(String name) {
		return this.response.getHeader(name);
	}

	@Override
	public Collection<String> headerNames() {
		return this.response.getHeaderNames();
	}

	@Override
	public void contentType(String type) {
		this.response.setContentType(type);
	}

	@Override
	public void contentLength(int length) {
		this.response.setContentLength(length);
	}

	@Override
	public OutputStream body() throws IOException {
		return this.response.getOutputStream();
	}

	@Override
	public void flush() throws IOException {
		this.response.flushBuffer();
	}

	@Override
	public boolean isCommitted() {
		return this.response.isCommitted();
	}

	@Override
	public void reset() {
		this.response.reset();
	}

}
