package dev.tallygate.console;

/**
 * Something on every page, so that a look at them sees all their parts.
 */
final class Everything {

	private Everything() {
	}

	/** Fills the stub. */
	static void in(ServicesStub services, String call) {
		services.reply("GET /api/users/me/usage/daily", 200, """
				{"data":[{"day":"2026-11-01","requestCount":2,"costNanos":900000},
				 {"day":"2026-11-02","requestCount":9,"costNanos":4500000}]}""");
		services.reply("GET /api/users/me/usage/events", 200,
				"{\"data\":[" + event(call) + "],\"nextCursor\":\"older\"}");
		services.reply("GET /api/calls/" + call, 200,
				"""
						{"event":%s,"costNanos":3300000,"priced":true,"unpricedMeters":["web_search"],
						 "corrections":[{"reason":"price added","deltaNanos":5,"recordedAt":"2026-11-21T10:00:00Z"}],
						 "charges":[{"meter":"cache_read","quantity":10000,"priceNanos":300000000,"multiplier":"11/10","costNanos":3300000}]}"""
					.formatted(event(call)));
		services.reply("GET /api/users/me/usage/keys", 200,
				"{\"data\":[{\"id\":\"k1\",\"requestCount\":1200,\"costNanos\":4500000,\"creditsUsed\":3}]}");
		services.reply("GET /api/users/me/keys/budgets", 200,
				"{\"data\":[{\"apiKeyId\":\"k1\",\"limitCents\":200,\"period\":\"day\",\"spentNanos\":1250000000,\"state\":\"ok\"}]}");
		services.reply("GET /api/users/me/usage/groups", 200,
				"""
						{"data":[{"apiKeyId":"k1","agentId":"a1","tag":"team:search","name":"ci","requestCount":1200,"inputTokens":5000,"outputTokens":700,"costNanos":4500000},
						 {"requestCount":3,"inputTokens":1,"outputTokens":1,"costNanos":9000}]}""");
		services.reply("GET /api/users/me/open-calls", 200,
				"{\"openCalls\":3,\"heldNanos\":900000000,\"silentGateways\":1}");
		services.reply("GET /api/users/me/keys/k1/secrets", 200,
				"""
						{"data":[{"id":"s2","keyPrefix":"tg_dev_new","createdAt":"2026-11-21T10:00:00Z","current":true},
						 {"id":"s1","keyPrefix":"tg_dev_old","createdAt":"2026-11-01T10:00:00Z","diesAt":"2026-11-22T10:00:00Z"}]}""");
		services.reply("GET /api/users/me/keys/k1/budget", 200,
				"{\"limitCents\":200,\"period\":\"day\",\"enforcement\":\"hard\",\"spentNanos\":5}");
		services.reply("GET /api/providers", 200,
				"""
						[{"name":"openai","needsKey":true,"hasSystemKey":true},
						 {"name":"openrouter","needsKey":true,"hasSystemKey":false,"connectable":true},{"name":"ollama","needsKey":false}]""");
		services.reply("GET /api/users/me/provider-keys", 200,
				"""
						[{"provider":"openai","maskedKey":"sk-proj...4f2a","isValid":true,"lastValidatedAt":"2026-11-21T10:00:00Z"},
						 {"provider":"openrouter","maskedKey":"...x9","isValid":false,"connection":"connect_again"}]""");
		services.reply("GET /api/users/me/alerts", 200, "{\"data\":[" + alert() + "]}");
		services.reply("GET /api/users/me/billing-account", 200, """
				{"plan":"free","creditsIncluded":1000,"creditsGranted":0,"creditsUsed":990,"creditsRemaining":10,
				 "billingCycleEnd":"2026-12-05T00:00:00Z"}""");
		services.reply("GET /api/users/me/budget/history", 200,
				"{\"data\":[{\"period\":\"2026-10\",\"limitCents\":null,\"spentNanos\":41000000000}]}");
		services.reply("GET /api/users/me/settings", 200, "{\"preferredModel\":\"openai:gpt-4o-mini\"}");
		services.reply("GET /api/users/me/agents", 200, "{\"data\":[{\"id\":\"a1\",\"name\":\"bot\"}]}");
		services.reply("GET /api/prices", 200,
				"""
						{"version":"v9","prices":[{"provider":"openai","model":"gpt-4o-mini","inputNanos":150000000,"outputNanos":600000000},
						 {"provider":"openai","model":"gpt-4o","inputNanos":2500000000,"outputNanos":10000000000}]}""");
		administration(services);
	}

	private static void administration(ServicesStub services) {
		services.reply("GET /api/usage/audit", 200, """
				{"whole":true,"differences":[],"deadLetters":0,"conflictingDuplicates":1,
				 "sources":[{"source":"/gateway/a/1","seqSeen":1204331,"gaps":0,"closed":false}]}""");
		services.reply("GET /api/usage/summary", 200,
				"{\"data\":[{\"userId\":\"u1\",\"requestCount\":2,\"unpricedRequests\":1,\"costNanos\":5000}]}");
		services.reply("GET /api/usage/unpriced", 200,
				"{\"data\":[{\"provider\":\"openai\",\"model\":\"x\",\"requestCount\":2,\"inputTokens\":1200,\"outputTokens\":7}]}");
		services.reply("GET /api/usage/jobs/j1", 200,
				"""
						{"id":"j1","period":"2026-11","provider":"openai","model":"x","reason":"price added","dryRun":true,"state":"done",
						 "total":40,"examined":40,"calls":12,"skipped":3,"deltaNanos":5000000000,"byUser":[{"userId":"u1","calls":12,"deltaNanos":5}]}""");
		services.reply("GET /api/master-keys", 200, """
				{"data":[{"id":"new","first":true,"configured":true,"records":3},
				 {"id":"old","first":false,"configured":true,"records":9}],"rewrap":null}""");
		services.reply("GET /api/budgets/sources", 200,
				"""
						{"data":[{"source":"/gateway/a/1","registeredAt":"2026-11-21T10:00:00Z","heardAt":"2026-11-21T10:00:01Z","silent":false},
						 {"source":"/gateway/b/1","registeredAt":"2026-11-21T10:00:00Z","heardAt":"2026-11-21T10:00:01Z","silent":true}]}""");
		services.reply("GET /api/budgets", 200,
				"""
						{"data":[{"userId":"01910000-0000-7000-8000-000000000001","spentNanos":5,"monthlyBudgetCents":100,"percentUsed":"0.00","state":"ok"},
						 {"userId":"01910000-0000-7000-8000-000000000002","spentNanos":9000000000,"monthlyBudgetCents":900,"percentUsed":"100.00","state":"exceeded"}]}""");
		services.reply("GET /api/budgets/default", 200, "{\"ceilingCents\":1000,\"enforcement\":\"hard\"}");
		services.reply("GET /api/budgets/installation", 200,
				"{\"limitCents\":100000,\"enforcement\":\"soft\",\"spentNanos\":5}");
		services.reply("GET /api/users", 200,
				"{\"data\":[{\"id\":\"u1\",\"email\":\"a@example.org\",\"role\":\"member\"}],\"nextCursor\":\"more\"}");
		services.reply("GET /api/alerts", 200, "{\"data\":[" + alert() + "]}");
		services.reply("GET /api/webhooks", 200,
				"{\"data\":[{\"id\":\"w1\",\"url\":\"https://a.example/x\",\"format\":\"slack\",\"enabled\":true}]}");
		services.reply("GET /api/webhooks/w1", 200, """
				{"id":"w1","url":"https://a.example/x","description":"ops","format":"slack","enabled":true,
				 "failingSince":"2026-11-21T10:00:00Z"}""");
		services.reply("GET /api/webhooks/w1/deliveries", 200,
				"""
						{"data":[{"id":"d1","type":"budget.exceeded","state":"waiting","nextAttemptAt":"2026-11-21T10:05:00Z",
						 "attempts":[{"attemptedAt":"2026-11-21T10:00:00Z","status":500,"outcome":"refused","millis":12}]}]}""");
		services.reply("GET /api/audit", 200,
				"""
						{"data":[{"at":"2026-11-21T10:00:00Z","action":"budget.changed","outcome":"done","actorUserId":"u1","userId":"u1",
						 "address":"10.0.0.1","old":{"limitCents":100},"new":{"limitCents":200}}]}""");
		services.reply("GET /api/audit/verify", 200, "{\"whole\":true,\"entries\":1204,\"findings\":[]}");
	}

	private static String event(String call) {
		return """
				{"callId":"%s","provider":"openai","requestModel":"gpt-4o","model":"gpt-4o","status":"interrupted","credential":"system",
				 "usageSource":"estimated","inputTokens":10000,"outputTokens":5,"priceVersion":"v7","costNanos":9900,"priced":true,
				 "unpricedMeters":["web_search"],"startedAt":"2026-11-21T10:00:00Z","basis":{"serviceTier":"priority"},
				 "tags":{"team":"search"},"attempts":2,"timeToFirstByteMillis":12}"""
			.formatted(call);
	}

	private static String alert() {
		return """
				{"id":"a1","userId":"u1","type":"budget.call-refused","period":"2026-11","limit":"user","limitCents":1000,
				 "neededNanos":2500000000,"leftNanos":1000000000,"heldNanos":250000000,"largestMaxTokens":73333,"resetsAt":"2026-12-01T00:00:00Z","spentNanos":9000000000,"model":"gpt-4o","triggeredAt":"2026-11-21T10:00:00Z"}""";
	}

}
