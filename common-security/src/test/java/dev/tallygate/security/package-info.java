@NullMarked
package dev.tallygate.security;

import org.jspecify.annotations.NullMarked;
