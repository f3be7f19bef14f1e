/**
 * What no provider charges for, and whose the responses are that providers keep.
 */
@NullMarked
package dev.tallygate.gateway.completion.uncharged;

import org.jspecify.annotations.NullMarked;
