/**
 * Makes a service part of the trace that its caller is in. Nothing of it is loaded but
 * {@code Tracing.OFF} unless a collector is configured.
 */
@NullMarked
package dev.tallygate.security.trace;

import org.jspecify.annotations.NullMarked;
