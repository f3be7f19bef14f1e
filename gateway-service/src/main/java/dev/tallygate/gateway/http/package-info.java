/**
 * HTTP with callers. What serves a call knows a {@link CallerRequest} and a
 * {@link CallerResponse}; they come from the servlet container, or, for calls in plain
 * form, straight from a caller's socket.
 */
@NullMarked
package dev.tallygate.gateway.http;

import org.jspecify.annotations.NullMarked;
