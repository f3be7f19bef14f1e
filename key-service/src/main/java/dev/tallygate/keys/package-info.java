/**
 * The token authority and the home of all provider keys.
 */
@NullMarked
package dev.tallygate.keys;

import org.jspecify.annotations.NullMarked;
