package dev.tallygate.console.usage;

import dev.tallygate.console.Moments;
import dev.tallygate.console.budget.Budget;
import dev.tallygate.console.services.Answer;
import dev.tallygate.console.services.Panel;
import dev.tallygate.console.services.PathName;
import dev.tallygate.console.services.Service;
import dev.tallygate.console.services.ServiceClient;
import dev.tallygate.console.session.SignedIn;
import dev.tallygate.security.problem.TruncatedAnswer;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;
import org.springframework.web.util.UriUtils;

/**
 * The calls of a month, each with why it cost what it cost.
 */
@Controller
class CallsController {

	private static final String EVENTS = "/api/users/me/usage/events?limit=50";

	/** What the list can be narrowed by, in the address. */
	private static final List<String> FILTERS = List.of("provider", "model", "apiKeyId", "agentId", "status", "tag");

	private final ServiceClient services;

	private final Clock clock;

	CallsController(ServiceClient services, Clock clock) {
		this.services = services;
		this.clock = clock;
	}

	@GetMapping("/calls")
	String list(@RequestParam Map<String, String> asked, @AuthenticationPrincipal SignedIn person, Model model) {
		Month month = month(asked.get("period"), person);
		Map<String, String> filters = new LinkedHashMap<>();
		FILTERS.forEach((name) -> {
			String value = asked.get(name);
			if (value != null && !value.isBlank()) {
				filters.put(name, value.strip());
			}
		});
		StringBuilder path = new StringBuilder(EVENTS).append("&period={period}");
		List<Object> variables = new ArrayList<>(List.of(month.period().toString()));
		filters.forEach((name, value) -> {
			path.append('&').append(name).append("={").append(name).append('}');
			variables.add(value);
		});
		Panel<Calls> calls = Panel.of(this.services.page(Service.METERING, person.key(), Calls.class,
				asked.get("cursor"), path.toString(), variables.toArray()));
		model.addAttribute("month", month);
		model.addAttribute("filters", filters);
		model.addAttribute("calls", calls.content());
		model.addAttribute("callsNotice", calls.notice());
		if (calls.content() != null && calls.content().nextCursor() != null) {
			model.addAttribute("older", address(month, filters, calls.content().nextCursor()));
		}
		return "calls";
	}

	/** A month begins where the person's budget says. */
	private Month month(@Nullable String asked, SignedIn person) {
		String zone = (Budget.of(this.services, person.key()) instanceof Answer.Given<Budget>(Budget budget))
				? budget.timeZone() : null;
		return Month.of(asked, this.clock.instant(), Moments.zone(zone));
	}

	private static String address(Month month, Map<String, String> filters, String cursor) {
		Map<String, String> all = new LinkedHashMap<>(Map.of("period", month.period().toString()));
		all.putAll(filters);
		all.put("cursor", cursor);
		return "/calls?" + all.entrySet()
			.stream()
			.map((entry) -> entry.getKey() + "=" + UriUtils.encode(entry.getValue(), "UTF-8"))
			.collect(Collectors.joining("&"));
	}

	@GetMapping("/calls/{id}")
	String one(@PathVariable PathName id, @AuthenticationPrincipal SignedIn person, Model model) {
		Answer<Calls.Detail> answer = this.services.get(Service.METERING, person.key(), Calls.Detail.class,
				"/api/calls/{id}", id.value());
		Panel<Calls.Detail> panel = Panel.of(answer);
		model.addAttribute("notice", panel.notice());
		model.addAttribute("detail", panel.content());
		model.addAttribute("call", (panel.content() != null) ? panel.content().settled() : null);
		return "call";
	}

	/** What an answer on the page to try things cost, as soon as the books have it. */
	@GetMapping("/try/cost")
	@ResponseBody
	ResponseEntity<String> cost(@RequestParam PathName id, @AuthenticationPrincipal SignedIn person) {
		Answer<Calls.Detail> answer = this.services.get(Service.METERING, person.key(), Calls.Detail.class,
				"/api/calls/{id}", id.value());
		if (answer instanceof Answer.KeyNotAccepted<Calls.Detail>) {
			Panel.of(answer);
		}
		return (answer instanceof Answer.Given<Calls.Detail>(Calls.Detail detail) && detail.settled() != null)
				? ResponseEntity.ok().contentType(MediaType.TEXT_PLAIN).body(detail.cost())
				: ResponseEntity.notFound().build();
	}

	/** The month as a file; its sum is on the page it is fetched from. */
	@GetMapping("/usage.csv")
	@Nullable String csv(@RequestParam(required = false) @Nullable String period, @AuthenticationPrincipal SignedIn person,
			HttpServletResponse response, RedirectAttributes next) throws IOException {
		Month month = month(period, person);
		Answer<Boolean> answer = this.services.copy(Service.METERING, person.key(), "text/csv", (body) -> {
			response.setContentType("text/csv;charset=UTF-8");
			response.setHeader(HttpHeaders.CONTENT_DISPOSITION,
					"attachment; filename=\"tallygate-" + month.period() + ".csv\"");
			body.transferTo(response.getOutputStream());
		}, "/api/users/me/usage/events?period={period}", month.period().toString());
		if (answer instanceof Answer.Given<Boolean>) {
			return null;
		}
		if (response.isCommitted()) {
			throw new TruncatedAnswer();
		}
		response.reset();
		next.addFlashAttribute("problem", Panel.of(answer).notice());
		return "redirect:/?period=" + month.period();
	}

}
