/**
 * Starts everything on an embedded PostgreSQL and an embedded Kafka, each service as a
 * process of its own.
 */
@NullMarked
package dev.tallygate.launcher;

import org.jspecify.annotations.NullMarked;
