/**
 * Keeps calls in the books: the spool on disk that remembers them, and the sender that
 * tells Kafka.
 */
@NullMarked
package dev.tallygate.gateway.spool;

import org.jspecify.annotations.NullMarked;
