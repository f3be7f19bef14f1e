/**
 * Makes a service part of the trace that its caller is in. Unless a collector is
 * configured, nothing of OpenTelemetry is loaded.
 */
@NullMarked
package dev.tallygate.security.trace;

import org.jspecify.annotations.NullMarked;
