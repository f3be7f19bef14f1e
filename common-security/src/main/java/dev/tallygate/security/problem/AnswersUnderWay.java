package dev.tallygate.security.problem;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.catalina.connector.ClientAbortException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

/**
 * What fails when a part of the answer is out already. No error can be told any more:
 * behind that part it would be taken for the rest of it, and the end after it for the end
 * of a whole answer. So the connection breaks, which every reader notices. One that has
 * left by itself is no failure of ours, and the log does not hear of it.
 */
class AnswersUnderWay implements Filter, HandlerExceptionResolver, Ordered {

	private static final Logger logger = LoggerFactory.getLogger(AnswersUnderWay.class);

	private static final String CUT = AnswersUnderWay.class.getName() + ".cut";

	/** Before any advice makes an answer of the failure. */
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
			@Nullable Object handler, Exception failure) {
		if (!response.isCommitted()) {
			return null;
		}
		if (!(failure instanceof TruncatedAnswer || hasLeft(failure))) {
			logger.error("unexpected, in the middle of an answer: {}", Failures.describe(failure));
		}
		request.setAttribute(CUT, true);
		return new ModelAndView();
	}

	private static boolean hasLeft(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof ClientAbortException) {
				return true;
			}
		}
		return false;
	}

	/** The container would include its error page in the middle of the answer. */
	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		if (request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof TruncatedAnswer) {
			return;
		}
		chain.doFilter(request, response);
		if (request.getDispatcherType() == DispatcherType.REQUEST && request.getAttribute(CUT) != null) {
			throw new TruncatedAnswer();
		}
	}

}
