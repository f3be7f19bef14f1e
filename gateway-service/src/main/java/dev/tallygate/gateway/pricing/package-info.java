/**
 * What a model costs: the price table in force and the one formula that turns token
 * counts into money.
 */
@NullMarked
package dev.tallygate.gateway.pricing;

import org.jspecify.annotations.NullMarked;
