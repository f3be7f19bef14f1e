package dev.tallygate.events;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which components of a record must be there: those that are not declared
 * {@link Nullable}. The JSON mapper would leave them null, and the surprise would come
 * far from here.
 */
final class RequiredComponents {

	private static final ClassValue<List<Method>> REQUIRED = new ClassValue<>() {

		@Override
		protected List<Method> computeValue(Class<?> type) {
			List<Method> required = new ArrayList<>();
			for (RecordComponent component : type.getRecordComponents()) {
				boolean optional = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
				if (!component.getType().isPrimitive() && !optional) {
					required.add(component.getAccessor());
				}
			}
			return List.copyOf(required);
		}

	};

	private RequiredComponents() {
	}

	/**
	 * The name of the first component that is null but must not be, or null when all is
	 * well.
	 */
	static @Nullable String firstMissing(Object data) {
		for (Method accessor : REQUIRED.get(data.getClass())) {
			if (valueOf(accessor, data) == null) {
				return accessor.getName();
			}
		}
		return null;
	}

	private static @Nullable Object valueOf(Method accessor, Object data) {
		try {
			return accessor.invoke(data);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException("cannot read " + accessor, ex);
		}
	}

}
