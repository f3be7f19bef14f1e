package dev.tallygate.security.caller;

import dev.tallygate.security.internal.ServiceCaller;
import dev.tallygate.security.problem.Problem;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.util.Arrays;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;

/**
 * Teaches the API documents what the handlers' special parameters are, and to be silent
 * about what is not for callers.
 */
@AutoConfiguration
@ConditionalOnClass(SpringDocUtils.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
class ApiDocsAutoConfiguration {

	private static final String SCHEME = "bearer";

	ApiDocsAutoConfiguration() {
		SpringDocUtils.getConfig().addRequestWrapperToIgnore(Caller.class, ServiceCaller.class);
		SpringDocUtils.getConfig().addAnnotationsToIgnore(PathUser.class);
	}

	@Bean
	GlobalOperationCustomizer pathUserParameter() {
		return (operation, handler) -> {
			boolean named = Arrays.stream(handler.getMethodParameters())
				.anyMatch((parameter) -> parameter.hasParameterAnnotation(PathUser.class));
			if (named) {
				operation.addParametersItem(new Parameter().in("path")
					.name("user")
					.required(true)
					.description("'me' or a user's id")
					.schema(new StringSchema()));
			}
			return operation;
		};
	}

	@Bean
	GlobalOpenApiCustomizer bearerScheme() {
		return (document) -> {
			if (document.getComponents() == null) {
				document.setComponents(new io.swagger.v3.oas.models.Components());
			}
			if (document.getPaths() != null) {
				document.getPaths().keySet().removeIf((path) -> path.equals("/error") || path.startsWith("/internal/"));
			}
			document.getComponents()
				.addSecuritySchemes(SCHEME, new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme("bearer"));
			document.addSecurityItem(new SecurityRequirement().addList(SCHEME));
		};
	}

	/** Every operation may answer with a problem; which ones is in its code. */
	@Bean
	GlobalOpenApiCustomizer problems() {
		return (document) -> {
			if (document.getPaths() == null) {
				return;
			}
			document.getComponents()
				.addSchemas("Problem", ModelConverters.getInstance(true).readAllAsResolvedSchema(Problem.class).schema);
			Content problem = new Content().addMediaType("application/problem+json",
					new MediaType().schema(new Schema<>().$ref("#/components/schemas/Problem")));
			document.getComponents()
				.addResponses("Problem",
						new ApiResponse().description("What is wrong, and what to do about it").content(problem));
			ApiResponse reference = new ApiResponse().$ref("#/components/responses/Problem");
			document.getPaths()
				.values()
				.stream()
				.flatMap((path) -> path.readOperations().stream())
				.forEach((operation) -> operation.getResponses().addApiResponse(ApiResponses.DEFAULT, reference));
		};
	}

	@Bean
	ModelConverter nullableComponents() {
		return new NullableComponents();
	}

}
