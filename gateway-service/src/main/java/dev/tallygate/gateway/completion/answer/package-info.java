/**
 * What callers are told: errors, headers, and a provider's words for them.
 */
@NullMarked
package dev.tallygate.gateway.completion.answer;

import org.jspecify.annotations.NullMarked;
