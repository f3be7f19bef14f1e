@NullMarked
package dev.tallygate.security.internal;

import org.jspecify.annotations.NullMarked;
