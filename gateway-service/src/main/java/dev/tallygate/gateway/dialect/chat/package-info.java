/**
 * The wire of chat completions: requests, answers and streams are scanned, never
 * re-serialised.
 */
@NullMarked
package dev.tallygate.gateway.dialect.chat;

import org.jspecify.annotations.NullMarked;
