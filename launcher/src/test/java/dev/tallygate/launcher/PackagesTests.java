package dev.tallygate.launcher;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class PackagesTests {

	@Test
	void theLauncherKnowsServicesFromOutsideAlone() {
		classes().should()
			.onlyDependOnClassesThat()
			.resideOutsideOfPackages("org.springframework..", "dev.tallygate.events..", "dev.tallygate.security..",
					"dev.tallygate.messaging..", "dev.tallygate.keys..", "dev.tallygate.gateway..",
					"dev.tallygate.metering..", "dev.tallygate.budgets..", "dev.tallygate.console..")
			.because("it starts jars and talks to them as anyone else does")
			.check(new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
				.importPackages("dev.tallygate.launcher"));
	}

}
