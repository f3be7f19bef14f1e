package dev.tallygate.budgets;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.tallygate.security.PackageRules;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcOperations;

class PackagesTests extends PackageRules {

	PackagesTests() {
		super("dev.tallygate.budgets");
	}

	@Test
	void statementsAreOfJdbcClientAndOnlyBatchesOfJdbcTemplate() {
		noClasses().should()
			.callMethodWhere(target(owner(assignableTo(JdbcOperations.class))).and(not(target(name("batchUpdate")))))
			.because("there is one way to speak to the database, and many rows at once are all it has no word for")
			.check(new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
				.importPackages("dev.tallygate.budgets"));
	}

}
