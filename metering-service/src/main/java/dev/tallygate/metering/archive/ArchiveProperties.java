package dev.tallygate.metering.archive;

import dev.tallygate.messaging.CallWindow;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where closed months go.
 *
 * @param directory where the files are written, on a disk that is backed up; not set,
 * this instance archives nothing
 * @param keepMonths so many whole months stay in the ledger, older ones are archived by
 * themselves; 0 archives only what an administrator asks for
 * @param interval how often to look whether a month is to be archived
 * @param requestTimeout limit of telling the audit chain
 * @param memory the most memory, in MiB, that reading and writing a file takes
 */
@ConfigurationProperties("tallygate.archive")
record ArchiveProperties(@Nullable Path directory, @DefaultValue("0") int keepMonths,
		@DefaultValue("10s") Duration interval, @DefaultValue("5s") Duration requestTimeout,
		@DefaultValue("128") int memory) {

	ArchiveProperties {
		if (keepMonths < 0 || keepMonths == 1) {
			throw new IllegalArgumentException(
					"tallygate.archive.keep-months is 0 or at least 2: calls are taken in for "
							+ CallWindow.BACK.toDays() + " days");
		}
	}

}
