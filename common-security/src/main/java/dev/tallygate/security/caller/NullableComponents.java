package dev.tallygate.security.caller;

import com.fasterxml.jackson.databind.JavaType;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.RecordComponent;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says in the API documents which members may be null: the components of records that are
 * {@link Nullable}. springdoc itself does not see annotations of types.
 */
final class NullableComponents implements ModelConverter {

	@Override
	public @Nullable Schema<?> resolve(AnnotatedType type, ModelConverterContext context,
			Iterator<ModelConverter> chain) {
		Schema<?> resolved = chain.hasNext() ? chain.next().resolve(type, context, chain) : null;
		if (resolved == null || type.getType() == null) {
			return resolved;
		}
		JavaType javaType = Json.mapper().constructType(type.getType());
		if (javaType.getRawClass().isRecord()) {
			mark(javaType.getRawClass(), defined(resolved, context));
		}
		return resolved;
	}

	private static @Nullable Schema<?> defined(Schema<?> schema, ModelConverterContext context) {
		String reference = schema.get$ref();
		return (reference == null) ? schema
				: context.getDefinedModels().get(reference.substring(reference.lastIndexOf('/') + 1));
	}

	@SuppressWarnings("rawtypes") // as in the library
	private static void mark(Class<?> type, @Nullable Schema<?> schema) {
		Map<String, Schema> properties = (schema != null) ? schema.getProperties() : null;
		if (properties == null) {
			return;
		}
		for (RecordComponent component : type.getRecordComponents()) {
			if (component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
				properties.computeIfPresent(component.getName(), (name, property) -> orNull(property));
			}
		}
	}

	@SuppressWarnings({ "rawtypes", "unchecked" }) // as in the library
	private static Schema orNull(Schema property) {
		if (property.get$ref() != null) {
			return new Schema<>().addOneOfItem(property).addOneOfItem(new Schema<>().types(Set.of("null")));
		}
		if (property.getTypes() != null) {
			Set<String> types = new LinkedHashSet<>(property.getTypes());
			types.add("null");
			property.setTypes(types);
			if (property.getEnum() != null && !property.getEnum().contains(null)) {
				property.getEnum().add(null);
			}
		}
		return property;
	}

}
