@NullMarked
package dev.tallygate.security.caller;

import org.jspecify.annotations.NullMarked;
