package dev.tallygate.keys;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class PackageTests {

	@Test
	void dependOnEachOtherInOneDirectionOnly() {
		JavaClasses classes = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
			.importPackages("dev.tallygate.keys");
		assertThat(classes).hasSizeGreaterThan(50);
		slices().matching("dev.tallygate.keys.(*)..").should().beFreeOfCycles().check(classes);
	}

}
