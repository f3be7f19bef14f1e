/**
 * How often a caller may do something.
 */
@NullMarked
package dev.tallygate.keys.limit;

import org.jspecify.annotations.NullMarked;
