@NullMarked
package dev.tallygate.security.secret;

import org.jspecify.annotations.NullMarked;
