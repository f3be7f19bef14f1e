@NullMarked
package dev.tallygate.security.seal;

import org.jspecify.annotations.NullMarked;
