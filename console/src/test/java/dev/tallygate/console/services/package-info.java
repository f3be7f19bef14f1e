@NullMarked
package dev.tallygate.console.services;

import org.jspecify.annotations.NullMarked;
