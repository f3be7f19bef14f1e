package dev.tallygate.gateway.completion.models;

import dev.tallygate.gateway.provider.ProvidersUnknownException;
import dev.tallygate.security.caller.AllowedModelsField;
import dev.tallygate.security.caller.RestrictedKeysToo;
import dev.tallygate.security.problem.ErrorCode;
import dev.tallygate.security.problem.Problem;
import dev.tallygate.security.problem.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * Tells what of a list of models that a key is to be limited to nothing here knows.
 */
@RestController
class AllowedModelsController {

	private static final Duration SOON = Duration.ofSeconds(1);

	private final UnknownModels unknown;

	AllowedModelsController(UnknownModels unknown) {
		this.unknown = unknown;
	}

	@RestrictedKeysToo
	@PostMapping("/api/allowed-models")
	@Operation(summary = "Which entries of a key's allowedModels mean no model that is known here",
			description = "Names and patterns as a key has them. A key with unknown ones can be made all the same.")
	Answer look(@RequestBody Question question) {
		if (question.allowedModels() == null) {
			throw AllowedModelsField.missing();
		}
		List<String> entries = AllowedModelsField.checked(question.allowedModels());
		try {
			return new Answer(this.unknown.among(entries));
		}
		catch (ProvidersUnknownException ex) {
			throw ProblemException.passing(Problem.of(HttpStatus.SERVICE_UNAVAILABLE, ErrorCode.KEY_SERVICE_UNAVAILABLE,
					"The providers are not known at the moment. Try again in a few seconds."), SOON);
		}
	}

	/**
	 * What is asked.
	 *
	 * @param allowedModels names and patterns, at most 100
	 */
	record Question(@Nullable List<String> allowedModels) {

	}

	/**
	 * What is not known.
	 *
	 * @param unknown those of the entries, in their order
	 */
	record Answer(List<String> unknown) {

	}

}
