package dev.tallygate.budgets.audit;

import dev.tallygate.budgets.audit.AuditTrail.Appended;
import dev.tallygate.budgets.audit.AuditTrail.Report;
import dev.tallygate.messaging.BackgroundLoop;
import dev.tallygate.security.internal.ServiceClient;
import dev.tallygate.security.internal.ServiceClients;
import dev.tallygate.security.internal.ServiceCredentials;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
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

	private static final Log logger = LogFactory.getLog(AuditReporter.class);

	private static final int TAKEN = 204;

	private final AuditTrail trail;

	private final AuditProperties properties;

	private final ServiceClient client;

	private final URI uri;

	private final String authorization;

	private final Counter reported;

	private final Counter refused;

	AuditReporter(AuditTrail trail, AuditProperties properties, ServiceClients clients, ServiceCredentials credentials,
			@Value("${tallygate.keys.internal-url:http://localhost:8181}") URI keys, MeterRegistry registry) {
		super("audit-reporter", properties.retryDelay(), properties.maxRetryDelay());
		this.trail = trail;
		this.properties = properties;
		this.client = clients.client(keys, properties.connectTimeout());
		this.uri = URI.create(keys.toString().replaceAll("/+$", "") + "/internal/audit");
		this.authorization = credentials.authorization();
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

	private boolean report(Report report) throws InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(this.uri)
			.timeout(this.properties.requestTimeout())
			.header("Authorization", this.authorization)
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(report.body()))
			.build();
		try {
			int status = this.client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
			if (status == TAKEN) {
				this.trail.taken(report.id());
				this.reported.increment();
				return true;
			}
			// The path may not be there yet while versions are mixed; a wrong body stays
			// wrong.
			if (status == 400) {
				logger.error("key-service refuses the audit entry " + report.id());
				this.trail.refused(report.id(), status);
				this.refused.increment();
				return true;
			}
			logger.warn("key-service answered an audit entry with status " + status);
			return false;
		}
		catch (IOException ex) {
			logger.warn("key-service could not be told of a change: " + ex.getClass().getSimpleName());
			return false;
		}
	}

}
