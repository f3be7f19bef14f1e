package dev.tallygate.gateway;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.tallygate.gateway.provider.UpstreamClient;
import dev.tallygate.gateway.usage.Calls;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * There is one way from a route to a provider that bills, and it is the one that is
 * admitted and settled. Whoever opens another has to say so here.
 */
class SettlementPathTests {

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages("dev.tallygate.gateway");

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			UpstreamClient | open  | UpstreamClient, Attempts, Uncharged, UnfinishedResponses, ProviderModels
			Calls          | begin | Relay, TracedCalls
			Attempts       | run   | Relay
			Relay          | answer | CallRoute
			Uncharged      | run   | CountTokens, StoredResponses
			UnfinishedResponses | follow | Attempts
			""")
	void onlyTheyCall(String type, String method, String callers) {
		String named = Arrays.stream(callers.split(", "))
			.map(Pattern::quote)
			.collect(Collectors.joining("|", "(.*\\.)?(", ")([$.].*)?"));
		noClasses().that()
			.haveNameNotMatching(named)
			.should()
			.callMethodWhere(target(name(method)).and(target(owner(simpleName(type)))))
			.because("every way to a provider that bills ends in one settlement")
			.check(CLASSES);
	}

	@Test
	void providersAreReachedThroughOneClient() {
		noClasses().that()
			.resideOutsideOfPackages("dev.tallygate.gateway.provider", "dev.tallygate.gateway.completion..")
			.should()
			.dependOnClassesThat(assignableTo(UpstreamClient.class))
			.check(CLASSES);
		noClasses().that()
			.resideOutsideOfPackage("dev.tallygate.gateway.provider")
			.should()
			.dependOnClassesThat()
			.haveNameMatching("java\\.net\\.(Socket|ServerSocket|HttpURLConnection|http\\.HttpClient)")
			.check(CLASSES);
	}

	/** To tell which models there are begins none: that asks for lists, at most. */
	@Test
	void noRestOfOursBeginsACall() {
		noClasses().that()
			.areAnnotatedWith("org.springframework.web.bind.annotation.RestController")
			.should()
			.dependOnClassesThat(assignableTo(Calls.class))
			.orShould()
			.dependOnClassesThat(resideInAPackage("dev.tallygate.gateway.completion..")
				.and(resideOutsideOfPackage("dev.tallygate.gateway.completion.models..")))
			.check(CLASSES);
	}

}
