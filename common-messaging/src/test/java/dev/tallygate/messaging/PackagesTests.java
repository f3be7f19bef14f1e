package dev.tallygate.messaging;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class PackagesTests {

	private final JavaClasses classes = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages("dev.tallygate.messaging");

	@Test
	void messagesTravelWithoutTheWeb() {
		noClasses().should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework.web..", "jakarta.servlet..", "dev.tallygate.security..")
			.because("reading and writing events is the same whoever calls, and needs nobody to call")
			.check(this.classes);
	}

	@Test
	void everythingLogsThroughOneInterface() {
		noFields().should()
			.haveRawType("org.apache.commons.logging.Log")
			.because("one idiom is read faster than two: org.slf4j.Logger, with placeholders")
			.check(this.classes);
	}

}
