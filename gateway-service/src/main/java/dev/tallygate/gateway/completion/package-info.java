/**
 * The front door of everything under {@code /v1}; the rooms behind it are packages of
 * their own.
 */
@NullMarked
package dev.tallygate.gateway.completion;

import org.jspecify.annotations.NullMarked;
