package dev.tallygate.pricing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class PackagesTests {

	private final JavaClasses classes = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages("dev.tallygate.pricing");

	@Test
	void pricesKnowNoFrameworkAndNoBroker() {
		noClasses().should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework..", "org.apache.kafka..", "jakarta..", "java.sql..")
			.because("what a call costs follows from its usage and the price list alone")
			.check(this.classes);
	}

	@Test
	void ratingKnowsNoWire() {
		noClasses().that()
			.resideInAPackage("dev.tallygate.pricing")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("dev.tallygate.pricing.wire..")
			.because("readers of a wire make a Usage, and everything after that is the same for all wires")
			.check(this.classes);
	}

}
