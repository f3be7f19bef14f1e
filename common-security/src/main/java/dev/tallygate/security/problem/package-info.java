/**
 * What is answered when something is wrong: one form for every refusal and failure, made
 * of names this program knows, never of what the request said.
 */
@NullMarked
package dev.tallygate.security.problem;

import org.jspecify.annotations.NullMarked;
