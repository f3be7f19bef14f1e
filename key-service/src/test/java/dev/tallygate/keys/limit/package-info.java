@NullMarked
package dev.tallygate.keys.limit;

import org.jspecify.annotations.NullMarked;
