/**
 * Who calls and which provider key the call may use; both cached for seconds.
 */
@NullMarked
package dev.tallygate.gateway.access;

import org.jspecify.annotations.NullMarked;
