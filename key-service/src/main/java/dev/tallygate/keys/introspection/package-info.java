/**
 * Who presents a token.
 */
@NullMarked
package dev.tallygate.keys.introspection;

import org.jspecify.annotations.NullMarked;
