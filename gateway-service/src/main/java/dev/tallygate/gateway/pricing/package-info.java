/**
 * The price table in force, and who may see it.
 */
@NullMarked
package dev.tallygate.gateway.pricing;

import org.jspecify.annotations.NullMarked;
