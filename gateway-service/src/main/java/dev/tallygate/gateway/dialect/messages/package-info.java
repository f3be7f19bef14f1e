/**
 * The Anthropic messages wire: requests, answers and streams are scanned, never
 * re-serialised.
 */
@NullMarked
package dev.tallygate.gateway.dialect.messages;

import org.jspecify.annotations.NullMarked;
