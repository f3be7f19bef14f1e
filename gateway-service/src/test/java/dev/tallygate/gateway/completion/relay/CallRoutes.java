package dev.tallygate.gateway.completion.relay;

import dev.tallygate.events.UsageSettled.Operation;
import dev.tallygate.gateway.completion.WireRoute;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.context.ApplicationContext;

/**
 * Which of the routes call a model, for tests of other packages.
 */
public final class CallRoutes {

	private CallRoutes() {
	}

	/** What they call. */
	public static Set<Operation> operations(Collection<WireRoute> routes) {
		return of(routes).stream().map((route) -> route.wire().operation()).collect(Collectors.toSet());
	}

	/** Whether so many call, each through the one relay of a context. */
	public static boolean allLeadInto(ApplicationContext context, Collection<WireRoute> routes, int count) {
		Relay relay = context.getBean(Relay.class);
		List<CallRoute> calls = of(routes);
		return calls.size() == count && calls.stream().allMatch((route) -> route.relay() == relay);
	}

	private static List<CallRoute> of(Collection<WireRoute> routes) {
		return routes.stream().filter(CallRoute.class::isInstance).map(CallRoute.class::cast).toList();
	}

}
