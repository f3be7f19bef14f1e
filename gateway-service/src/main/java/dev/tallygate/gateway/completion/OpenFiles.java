package dev.tallygate.gateway.completion;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many files a process may have open, each connection being one. A call takes two, so
 * callers get half of what nothing else needs: whoever is let in finds a connection to a
 * provider, and the spool its next file.
 *
 * @param most all that may be open at once
 */
record OpenFiles(long most) {

	private static final Logger logger = LoggerFactory.getLogger(OpenFiles.class);

	/** The spool, the database, Kafka, the other services, the program itself. */
	private static final long OTHERS = 256;

	private static final long FEWEST_CALLERS = 16;

	static OpenFiles ofThisProcess() {
		return new OpenFiles((ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system)
				? system.getMaxFileDescriptorCount() : Long.MAX_VALUE);
	}

	/** So many connections of callers, where so many are wanted. */
	int callers(int wanted) {
		long fit = Math.max(FEWEST_CALLERS, (this.most - OTHERS) / 2);
		if (wanted <= fit) {
			return wanted;
		}
		logger.warn("Takes {} connections of callers and not {}: a process may have {} files open here (ulimit -n)",
				fit, wanted, this.most);
		return (int) fit;
	}

}
