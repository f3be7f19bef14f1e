package dev.tallygate.security.problem;

import jakarta.servlet.DispatcherType;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

/**
 * For everybody who answers, pages too.
 */
@AutoConfiguration
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
class AnswersUnderWayAutoConfiguration {

	/** Behind what needs no controllers and ends its answers itself. */
	private static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 2;

	@Bean
	AnswersUnderWay answersUnderWay() {
		return new AnswersUnderWay();
	}

	@Bean
	FilterRegistrationBean<AnswersUnderWay> answersUnderWayFilter(AnswersUnderWay answers) {
		FilterRegistrationBean<AnswersUnderWay> filter = new FilterRegistrationBean<>(answers);
		filter.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ERROR, DispatcherType.INCLUDE);
		filter.setOrder(ORDER);
		return filter;
	}

}
