package dev.tallygate.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class PackagesTests {

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages("dev.tallygate.gateway");

	@Test
	void featuresDependOnEachOtherInOneDirectionOnly() {
		slices().matching("dev.tallygate.gateway.(*)..")
			.should()
			.beFreeOfCycles()
			.because("a feature that needs another one's inside and is needed there is no feature of its own")
			.check(CLASSES);
	}

	@Test
	void noFeatureKnowsTheApplication() {
		noClasses().that()
			.resideInAPackage("dev.tallygate.gateway.*..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("dev.tallygate.gateway")
			.because("the application is put together from features, not the other way round")
			.check(CLASSES);
	}

}
