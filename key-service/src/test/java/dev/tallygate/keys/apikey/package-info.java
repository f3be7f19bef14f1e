@NullMarked
package dev.tallygate.keys.apikey;

import org.jspecify.annotations.NullMarked;
