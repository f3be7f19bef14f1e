/**
 * What makes a service a resource server: who calls, how that is found out, and what is
 * answered when it is nobody.
 */
@NullMarked
package dev.tallygate.security;

import org.jspecify.annotations.NullMarked;
