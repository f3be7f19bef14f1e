/**
 * From a key to the first answer, and a place to try things.
 */
@NullMarked
package dev.tallygate.console.start;

import org.jspecify.annotations.NullMarked;
