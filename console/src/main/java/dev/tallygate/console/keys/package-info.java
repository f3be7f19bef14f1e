/**
 * The person's own API keys and provider keys.
 */
@NullMarked
package dev.tallygate.console.keys;

import org.jspecify.annotations.NullMarked;
