/**
 * What the usage objects of the providers' wires mean: numbers that overlap become meters
 * that share nothing.
 */
@NullMarked
package dev.tallygate.pricing.wire;

import org.jspecify.annotations.NullMarked;
