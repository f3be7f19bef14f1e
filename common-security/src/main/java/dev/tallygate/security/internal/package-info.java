/**
 * Services among themselves: the port of their own, their credentials, the client with
 * which one calls another.
 */
@NullMarked
package dev.tallygate.security.internal;

import org.jspecify.annotations.NullMarked;
