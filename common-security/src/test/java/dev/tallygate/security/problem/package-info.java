@NullMarked
package dev.tallygate.security.problem;

import org.jspecify.annotations.NullMarked;
