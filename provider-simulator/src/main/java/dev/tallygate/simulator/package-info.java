/**
 * A fake provider that speaks the OpenAI and the Anthropic wire, does what a test tells
 * it and keeps a bill of its own.
 */
@NullMarked
package dev.tallygate.simulator;

import org.jspecify.annotations.NullMarked;
