/**
 * People's and the operator's keys at providers.
 */
@NullMarked
package dev.tallygate.keys.providerkey;

import org.jspecify.annotations.NullMarked;
