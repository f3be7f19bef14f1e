package dev.tallygate.system;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestWatcher;
import org.jspecify.annotations.Nullable;

/**
 * One running product for every test class: starting it is dear.
 */
final class TallygateExtension implements ParameterResolver, TestWatcher {

	@Override
	public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
		return parameter.getParameter().getType() == Tallygate.class;
	}

	@Override
	public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
		return context.getRoot()
			.getStore(ExtensionContext.Namespace.GLOBAL)
			.computeIfAbsent(Tallygate.class, (type) -> Tallygate.start(), Tallygate.class);
	}

	@Override
	public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
		Tallygate tallygate = context.getRoot()
			.getStore(ExtensionContext.Namespace.GLOBAL)
			.get(Tallygate.class, Tallygate.class);
		if (tallygate != null) {
			tallygate.keep();
		}
	}

}
