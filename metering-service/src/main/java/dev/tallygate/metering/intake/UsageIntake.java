package dev.tallygate.metering.intake;

import dev.tallygate.events.BudgetRefused;
import dev.tallygate.events.RepeatedCalls;
import dev.tallygate.events.SourceClosed;
import dev.tallygate.events.SystemKeyRefused;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UsageEvent;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.messaging.Intake;
import dev.tallygate.messaging.IntakeHandler;
import dev.tallygate.messaging.Received;
import dev.tallygate.messaging.TopicCatalog;
import dev.tallygate.metering.ledger.ArchivePositions;
import dev.tallygate.metering.ledger.Ledger;
import dev.tallygate.metering.ledger.LedgerEntry;
import dev.tallygate.metering.ledger.UsageSources;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.stereotype.Component;

/**
 * Takes usage events into the ledger: settled calls and corrections as rows, a gateway's
 * orderly stop as a mark on its source. Refusals are not usage.
 */
@Component
class UsageIntake implements IntakeHandler {

	private final Ledger ledger;

	private final UsageSources sources;

	private final ConflictingDuplicates conflicts;

	private final ArchivePositions archived;

	UsageIntake(Ledger ledger, UsageSources sources, ConflictingDuplicates conflicts, ArchivePositions archived) {
		this.ledger = ledger;
		this.sources = sources;
		this.conflicts = conflicts;
		this.archived = archived;
	}

	@Override
	public int handle(List<Received> batch) {
		Sheet sheet = Sheet.of(batch);
		List<LedgerEntry> entries = sheet.entries();
		int left = leaveOutWhatHasLeft(sheet, entries);
		Set<LedgerEntry.Key> known = this.ledger.append((left > 0) ? sheet.entries() : entries, shard(batch));
		List<Line> again = new ArrayList<>(sheet.repeated());
		if (!known.isEmpty()) {
			sheet.first().forEach((key, line) -> {
				if (known.contains(key)) {
					again.add(line);
				}
			});
		}
		if (!again.isEmpty()) {
			keepConflicts(again);
		}
		sheet.closed().forEach(this.sources::closed);
		return again.size() + left;
	}

	/** A month in a file has no keys that would tell that its calls come again. */
	private int leaveOutWhatHasLeft(Sheet sheet, List<LedgerEntry> entries) {
		ArchivePositions.Left left = this.archived.of(entries);
		if (!left.positions().isEmpty()) {
			sheet.first().values().removeIf((line) -> left.has(line.entry(), line.received()));
		}
		return entries.size() - sheet.first().size();
	}

	/** No two consumers own the same partition at a time. */
	private static int shard(List<Received> batch) {
		return batch.getFirst().partition();
	}

	/**
	 * The first to arrive stands; that another said something else must not go unseen.
	 */
	private void keepConflicts(List<Line> again) {
		for (int place : this.ledger.conflicting(again.stream().map(Line::entry).toList())) {
			Line line = again.get(place);
			this.conflicts.keep(line.entry(), line.received());
		}
	}

	/**
	 * A batch, laid out.
	 *
	 * @param first the lines whose event is in the batch for the first time
	 * @param repeated the others
	 * @param closed orderly stops, in order
	 */
	private record Sheet(Map<LedgerEntry.Key, Line> first, List<Line> repeated, Map<String, SourceClosed> closed) {

		static Sheet of(List<Received> batch) {
			Sheet sheet = new Sheet(new LinkedHashMap<>(), new ArrayList<>(), new LinkedHashMap<>());
			batch.forEach(sheet::add);
			return sheet;
		}

		/** What is in the batch for the first time. */
		List<LedgerEntry> entries() {
			return this.first.values().stream().map(Line::entry).toList();
		}

		private void add(Received received) {
			if (!(received.event().data() instanceof UsageEvent usage)) {
				return;
			}
			switch (usage) {
				case UsageSettled call ->
					add(new Line(received, LedgerEntry.of(received.event(), call, received.recordedAt())));
				case UsageAdjusted correction ->
					add(new Line(received, LedgerEntry.of(received.event(), correction, received.recordedAt())));
				case SourceClosed stop -> this.closed.put(received.event().source(), stop);
				case BudgetRefused _, RepeatedCalls _, SystemKeyRefused _ -> {
				}
			}
		}

		private void add(Line line) {
			if (this.first.putIfAbsent(line.entry().key(), line) != null) {
				this.repeated.add(line);
			}
		}

	}

	private record Line(Received received, LedgerEntry entry) {

	}

	@Configuration(proxyBeanMethods = false)
	static class Wiring {

		@Bean
		Intake usage(UsageIntake handler) {
			return new Intake(ArchivePositions.GROUP, Topics.USAGE, handler);
		}

		/** Corrections are published from here, dead letters too. */
		@Bean
		KafkaAdmin.NewTopics topics(TopicCatalog catalog) {
			return catalog.declare(Topics.USAGE, Topics.deadLetter(Topics.USAGE));
		}

	}

}
