/**
 * How much a caller may ask for, whatever it costs: requests and tokens a minute, the
 * same prompt again and again, and what the process can bear.
 */
@NullMarked
package dev.tallygate.gateway.limits;

import org.jspecify.annotations.NullMarked;
