/**
 * Providers as key-service lists them, connections to them, circuit breakers and retries.
 */
@NullMarked
package dev.tallygate.gateway.provider;

import org.jspecify.annotations.NullMarked;
