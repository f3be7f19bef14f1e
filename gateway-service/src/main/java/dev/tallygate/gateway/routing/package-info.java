/**
 * Which model a call goes to: resolution, users' settings and agents.
 */
@NullMarked
package dev.tallygate.gateway.routing;

import org.jspecify.annotations.NullMarked;
