package dev.tallygate.gateway.completion;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A provider's refusal that is passed on as it came, without any key in it.
 *
 * @param status its status
 * @param contentType its content type
 * @param headers further headers to pass on
 * @param body its body
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
record ProviderError(int status, @Nullable String contentType, List<AnswerHeaders.Field> headers, byte[] body) {

}
