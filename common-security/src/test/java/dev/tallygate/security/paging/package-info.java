@NullMarked
package dev.tallygate.security.paging;

import org.jspecify.annotations.NullMarked;
