package dev.tallygate.gateway.completion.uncharged;

import dev.tallygate.gateway.pricing.Attachment;
import dev.tallygate.gateway.pricing.Attachment.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * What goes into a call beside what its request says, because the provider keeps it.
 *
 * @param tokens so many as are known
 * @param unknown whether there is more, and nobody here knows how much
 */
public record Carried(long tokens, boolean unknown) {

	/** All of a call is in its request. */
	public static final Carried NOTHING = new Carried(0, false);

	private static final Attachment ANYTHING = new Attachment(Kind.FILE, Attachment.UNKNOWN, false, 0);

	/** These attachments, and what nobody knows the size of, which is held like one. */
	public List<Attachment> with(List<Attachment> attachments) {
		if (!this.unknown) {
			return attachments;
		}
		List<Attachment> all = new ArrayList<>(attachments);
		all.add(ANYTHING);
		return all;
	}

}
