/**
 * The relay: a call from what came in to its end in the books.
 */
@NullMarked
package dev.tallygate.gateway.completion.relay;

import org.jspecify.annotations.NullMarked;
