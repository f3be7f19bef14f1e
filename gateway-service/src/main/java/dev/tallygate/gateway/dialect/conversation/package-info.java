/**
 * One typed model of a conversation, and what reads each wire into it and writes it out.
 */
@NullMarked
package dev.tallygate.gateway.dialect.conversation;

import org.jspecify.annotations.NullMarked;
