package dev.tallygate.gateway.completion.models;

import dev.tallygate.gateway.http.CallerRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which part of the list of models an Anthropic SDK asks for. Without a limit it is all
 * of them.
 *
 * @param limit the most
 * @param after the id that the part follows; null for the beginning
 * @param before the id that the part ends at; null for none
 */
record ModelPage(int limit, @Nullable String after, @Nullable String before) {

	private static final int MOST = 1000;

	/** What a request asks for; empty when its limit is none. */
	static Optional<ModelPage> of(CallerRequest request) {
		String limit = request.parameter("limit");
		if (limit == null) {
			return Optional.of(with(request, Integer.MAX_VALUE));
		}
		try {
			int most = Integer.parseInt(limit);
			return (most >= 1 && most <= MOST) ? Optional.of(with(request, most)) : Optional.empty();
		}
		catch (NumberFormatException ex) {
			return Optional.empty();
		}
	}

	private static ModelPage with(CallerRequest request, int limit) {
		return new ModelPage(limit, request.parameter("after_id"), request.parameter("before_id"));
	}

	/** An id that is not there any more begins or ends nothing. */
	Map<String, Object> of(List<Map<String, Object>> models) {
		List<Object> ids = models.stream().map((model) -> model.get("id")).toList();
		int begin = ids.indexOf(this.after) + 1;
		int end = ids.contains(this.before) ? ids.indexOf(this.before) : models.size();
		int from = Math.min(begin, end);
		if (end - from > this.limit && ids.contains(this.before)) {
			from = end - this.limit;
		}
		int to = (end - from > this.limit) ? from + this.limit : end;
		List<Map<String, Object>> page = models.subList(from, to);
		boolean more = ids.contains(this.before) ? from > begin : to < end;
		Map<String, Object> list = new LinkedHashMap<>();
		list.put("data", page);
		list.put("has_more", more);
		list.put("first_id", page.isEmpty() ? null : page.getFirst().get("id"));
		list.put("last_id", page.isEmpty() ? null : page.getLast().get("id"));
		return list;
	}

}
