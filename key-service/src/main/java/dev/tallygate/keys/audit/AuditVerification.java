package dev.tallygate.keys.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Tells whether the audit log is whole: every hash follows from the one before it, no
 * number is missing, and every published head is still there.
 */
@Component
class AuditVerification {

	/**
	 * With the address and the change of each, and whether the people are still there
	 * whose they are.
	 */
	private static final String ENTRIES = """
			SELECT entry.*, beside.salt, beside.address AS clear_address, person.id IS NOT NULL AS person_is_here,
			    change.salt AS change_salt, change.old_value, change.new_value, owner.id IS NOT NULL AS owner_is_here
			FROM audit_entry entry LEFT JOIN audit_address beside USING (chain, seq)
			LEFT JOIN audit_change change USING (chain, seq)
			LEFT JOIN app_user person ON person.id = coalesce(entry.actor_user_id, entry.user_id)
			LEFT JOIN app_user owner ON owner.id = entry.user_id
			WHERE chain = ? ORDER BY seq""";

	private static final int FETCH = 1000;

	private static final int MAX_FINDINGS = 100;

	private final JdbcClient jdbc;

	private final AuditKey key;

	private final AuditHeads heads;

	AuditVerification(JdbcClient jdbc, AuditKey key, AuditHeads heads) {
		this.jdbc = jdbc;
		this.key = key;
		this.heads = heads;
	}

	/**
	 * Reads all of it.
	 * @throws TimeoutException when the published heads cannot be read
	 */
	@Transactional(readOnly = true)
	public Report verify() throws TimeoutException {
		// First the heads: what is written meanwhile is only longer than they are.
		List<AuditHead> published = this.heads.read();
		List<Finding> findings = new ArrayList<>();
		long entries = 0;
		for (int chain = 0; chain < AuditLog.CHAINS; chain++) {
			Walk walk = new Walk(chain, published, findings);
			this.jdbc.sql(ENTRIES).withFetchSize(FETCH).param(walk.chain).query(walk::accept);
			walk.end();
			entries += walk.entries;
		}
		return new Report(findings.isEmpty(), entries, published.size(), List.copyOf(findings));
	}

	/**
	 * What was found.
	 *
	 * @param whole whether nothing is amiss
	 * @param entries how many entries there are
	 * @param heads with how many published heads they were compared
	 * @param findings what is amiss, the first 100
	 */
	record Report(boolean whole, long entries, int heads, List<Finding> findings) {

	}

	/**
	 * Something amiss.
	 *
	 * @param chain in which chain
	 * @param seq at which entry
	 * @param trouble {@code changed}, {@code missing} or {@code cut_off}
	 */
	record Finding(int chain, long seq, String trouble) {

	}

	/** Walks one chain. */
	private final class Walk {

		private final AuditChain links = new AuditChain(AuditVerification.this.key.get());

		private final Map<Long, AuditHead> published = new HashMap<>();

		private final List<Finding> findings;

		private final int chain;

		private byte[] previous = AuditChain.beginning();

		private long last;

		private long entries;

		Walk(int chain, List<AuditHead> heads, List<Finding> findings) {
			this.chain = chain;
			this.findings = findings;
			heads.stream()
				.filter((head) -> head.chain() == chain)
				.forEach((head) -> this.published.put(head.seq(), head));
		}

		void accept(ResultSet row) throws SQLException {
			AuditEntry entry = AuditLog.read(row, 0);
			byte[] hash = row.getBytes("hash");
			if (entry.seq() != this.last + 1) {
				find(this.last + 1, "missing");
			}
			else if (!java.security.MessageDigest.isEqual(hash, this.links.next(this.previous, entry))
					|| !isAddressRight(entry, row) || !isChangeRight(entry, row)) {
				find(entry.seq(), "changed");
			}
			AuditHead head = this.published.remove(entry.seq());
			if (head != null && !head.agreesWith(hash)) {
				find(entry.seq(), "changed");
			}
			this.previous = hash;
			this.last = entry.seq();
			this.entries++;
		}

		/** The one that was chained, or none any more because the person has gone. */
		private static boolean isAddressRight(AuditEntry entry, ResultSet row) throws SQLException {
			byte[] salt = row.getBytes("salt");
			String chained = entry.chainedAddress();
			if (salt == null || entry.address() == null) {
				return salt == null
						&& (chained == null || entry.address() != null || !row.getBoolean("person_is_here"));
			}
			return new SaltedAddress(salt, entry.address()).hash().equals(chained);
		}

		/** The one that was chained, or none any more because it went with the person. */
		private static boolean isChangeRight(AuditEntry entry, ResultSet row) throws SQLException {
			byte[] salt = row.getBytes("change_salt");
			String chained = entry.changeHash();
			if (chained == null || salt == null) {
				return salt == null && (chained == null
						|| (chained.startsWith(SaltedChange.PERSONAL) && !row.getBoolean("owner_is_here")));
			}
			AuditChange change = new AuditChange(entry.oldValue(), entry.newValue(),
					chained.startsWith(SaltedChange.PERSONAL));
			return new SaltedChange(salt, change).hash().equals(chained);
		}

		/** Published heads that met no entry were cut off. */
		void end() {
			this.published.values().stream().mapToLong(AuditHead::seq).sorted().forEach((seq) -> find(seq, "cut_off"));
		}

		private void find(long seq, String trouble) {
			if (this.findings.size() < MAX_FINDINGS) {
				this.findings.add(new Finding(this.chain, seq, trouble));
			}
		}

	}

}
