@NullMarked
package dev.tallygate.keys;

import org.jspecify.annotations.NullMarked;
