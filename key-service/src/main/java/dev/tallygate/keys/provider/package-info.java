/**
 * The configured providers, and asking one whether it takes a key.
 */
@NullMarked
package dev.tallygate.keys.provider;

import org.jspecify.annotations.NullMarked;
