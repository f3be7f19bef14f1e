@NullMarked
package dev.tallygate.keys.vault;

import org.jspecify.annotations.NullMarked;
