@NullMarked
package dev.tallygate.keys.providerkey;

import org.jspecify.annotations.NullMarked;
