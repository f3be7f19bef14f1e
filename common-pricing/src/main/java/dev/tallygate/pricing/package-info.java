/**
 * What a call costs. Pure functions over meters, usages and price rows, for every service
 * that turns quantities into money.
 */
@NullMarked
package dev.tallygate.pricing;

import org.jspecify.annotations.NullMarked;
