package dev.tallygate.budgets.audit;

import dev.tallygate.budgets.audit.AuditTrail.Appended;
import dev.tallygate.budgets.audit.AuditTrail.Report;
import dev.tallygate.messaging.BackgroundLoop;
import dev.tallygate.security.internal.ServiceClient;
import dev.tallygate.security.internal.ServiceClients;
import dev.tallygate.security.internal.UnansweredException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionalEventListener;

/**
 * Reports changes to key-service, each until it was taken. Two instances may report the
 * same one: its id makes it one entry.
 */
@Component
@EnableConfigurationProperties(AuditProperties.class)
class AuditReporter extends BackgroundLoop {

	private static final Logger logger = LoggerFactory.getLogger(AuditReporter.class);

	private static final int TAKEN = 204;

	private final AuditTrail trail;

	private final AuditProperties properties;

	private final ServiceClient client;

	private final Counter reported;

	private final Counter refused;

	AuditReporter(AuditTrail trail, AuditProperties properties, ServiceClients clients,
			@Value("${tallygate.keys.internal-url:http://localhost:8181}") URI keys, MeterRegistry registry) {
		super("audit-reporter", properties.retryDelay(), properties.maxRetryDelay());
		this.trail = trail;
		this.properties = properties;
		this.client = clients.keyService(keys, properties.connectTimeout(), properties.requestTimeout());
		this.reported = Counter.builder("tallygate.budget.audit.reported")
			.description("changes that key-service has taken into the audit chain")
			.register(registry);
		this.refused = Counter.builder("tallygate.budget.audit.refused")
			.description("changes that key-service did not accept and that stay in audit_report")
			.register(registry);
	}

	@TransactionalEventListener
	void appended(Appended change) {
		wake();
	}

	@Override
	protected void work() throws InterruptedException {
		while (isRunning()) {
			List<Report> waiting = this.trail.waiting(this.properties.batchSize());
			boolean worked = true;
			for (Report report : waiting) {
				worked = worked && report(report);
			}
			if (!worked) {
				backOff();
			}
			else {
				succeeded();
				if (waiting.size() < this.properties.batchSize()) {
					pause(this.properties.interval());
				}
			}
		}
	}

	private boolean report(Report report) {
		try {
			int status = this.client.postJson("/internal/audit", report.body()).status();
			if (status == TAKEN) {
				this.trail.taken(report.id());
				this.reported.increment();
				return true;
			}
			// The path may not be there yet while versions are mixed; a wrong body stays
			// wrong.
			if (status == 400) {
				logger.error("key-service refuses the audit entry {}", report.id());
				this.trail.refused(report.id(), status);
				this.refused.increment();
				return true;
			}
			logger.warn("key-service answered an audit entry with status {}", status);
			return false;
		}
		catch (UnansweredException ex) {
			logger.warn("a change could not be told: {}", ex.getMessage());
			return false;
		}
	}

}
