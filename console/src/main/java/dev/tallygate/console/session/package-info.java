/**
 * Who is signed in: an API key checked by key-service, kept in the server's session
 * alone.
 */
@NullMarked
package dev.tallygate.console.session;

import org.jspecify.annotations.NullMarked;
