/**
 * The gateway: relays chat calls to providers and keeps the books of what they cost.
 */
@NullMarked
package dev.tallygate.gateway;

import org.jspecify.annotations.NullMarked;
