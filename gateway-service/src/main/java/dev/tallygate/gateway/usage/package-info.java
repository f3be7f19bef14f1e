/**
 * The life of a call in the books: opened, then settled or voided, never both, never
 * neither; the spool on disk that remembers it and the sender that tells Kafka.
 */
@NullMarked
package dev.tallygate.gateway.usage;

import org.jspecify.annotations.NullMarked;
