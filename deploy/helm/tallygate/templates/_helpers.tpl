{{- define "tallygate.labels" -}}
app.kubernetes.io/name: tallygate
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .service }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- end }}

{{- define "tallygate.selector" -}}
app.kubernetes.io/name: tallygate
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .service }}
{{- end }}

{{- define "tallygate.name" -}}
{{ .root.Release.Name }}-{{ .service }}
{{- end }}

{{/* service → module, port, internal port, database */}}
{{- define "tallygate.module" -}}
{{- get (dict "gateway" "gateway-service" "keys" "key-service" "metering" "metering-service" "budget" "budget-service" "console" "console") .service -}}
{{- end }}
{{- define "tallygate.port" -}}
{{- get (dict "gateway" "8080" "keys" "8081" "metering" "8082" "budget" "8083" "console" "8084") .service -}}
{{- end }}
{{- define "tallygate.managementPort" -}}
{{- get (dict "gateway" "9080" "keys" "9081" "metering" "9082" "budget" "9083" "console" "9084") .service -}}
{{- end }}
{{- define "tallygate.internalPort" -}}
{{- get (dict "keys" "8181" "budget" "8183") .service -}}
{{- end }}

{{- define "tallygate.image" -}}
{{- $values := get .root.Values .service -}}
{{- $name := printf "%s/%s" .root.Values.image.registry (include "tallygate.module" .) -}}
{{- if $values.digest }}{{ $name }}@{{ $values.digest }}{{ else }}{{ $name }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}{{ end -}}
{{- end }}

{{/* Whether a service keeps closed months in files, and the claim of their volume. */}}
{{- define "tallygate.archives" -}}
{{- if eq .service "metering" }}{{ ternary "yes" "" .root.Values.metering.archive.enabled }}{{ end -}}
{{- end }}
{{- define "tallygate.archiveClaim" -}}
{{- .root.Values.metering.archive.existingClaim | default (printf "%s-metering-archive" .root.Release.Name) -}}
{{- end }}

{{/* The Secret with a service's certificate for the internal ports; of those that use them either all have one or none. */}}
{{- define "tallygate.internalTlsSecret" -}}
{{- $secrets := .root.Values.internalTls.secrets -}}
{{- if and $secrets (has .service (list "gateway" "keys" "metering" "budget")) -}}
{{- get $secrets .service | required (printf "internalTls.secrets.%s is missing: TLS between the services needs a certificate for each of gateway, keys, metering and budget" .service) -}}
{{- end -}}
{{- end }}
{{- define "tallygate.internalScheme" -}}
{{ ternary "https" "http" (not (empty .root.Values.internalTls.secrets)) }}
{{- end }}

{{/* Which keys of the Secret a service gets, as files. */}}
{{- define "tallygate.secretKeys" -}}
{{- $keys := list -}}
{{- if has .service (list "gateway" "metering" "budget" "keys") -}}
{{- $keys = append $keys (printf "%s-password" .service) -}}
{{- $keys = append $keys (printf "%s-owner-password" .service) -}}
{{- end -}}
{{- if has .service (list "gateway" "metering" "budget" "console") -}}
{{- $keys = append $keys (printf "service-secret-%s" .service) -}}
{{- end -}}
{{- if eq .service "budget" -}}
{{- $keys = append $keys "webhook-key" -}}
{{- end -}}
{{- if eq .service "console" -}}
{{- if .root.Values.secrets.oidcClientSecret }}{{ $keys = append $keys "oidc-client-secret" }}{{ end -}}
{{- end -}}
{{- if eq .service "keys" -}}
{{- $keys = concat $keys (list "master-key" "admin-key" "service-secret-keys" "service-secret-gateway" "service-secret-metering" "service-secret-budget" "service-secret-console") -}}
{{- range .root.Values.secrets.providerKeys }}{{ $keys = append $keys (printf "%s-api-key" .) }}{{ end -}}
{{- range .root.Values.secrets.oauthClientSecrets }}{{ $keys = append $keys (printf "%s-oauth-client-secret" .) }}{{ end -}}
{{- end -}}
{{- if .root.Values.secrets.tracingAuthorization }}{{ $keys = append $keys "tracing-authorization" }}{{ end -}}
{{- join "," $keys -}}
{{- end }}

{{- define "tallygate.env" -}}
{{- $service := .service -}}
{{- $values := get .root.Values .service -}}
- { name: SERVER_PORT, value: {{ include "tallygate.port" . | quote }} }
- { name: MANAGEMENT_SERVER_PORT, value: {{ include "tallygate.managementPort" . | quote }} }
{{- with include "tallygate.internalPort" . }}
- { name: TALLYGATE_INTERNAL_PORT, value: {{ . | quote }} }
{{- end }}
- { name: TALLYGATE_URL, value: {{ .root.Values.url | quote }} }
- { name: TALLYGATE_CONSOLE_URL, value: {{ .root.Values.consoleUrl | quote }} }
- { name: TALLYGATE_GATEWAY_INTERNAL_URL, value: "http://{{ .root.Release.Name }}-gateway:8080" }
- { name: TALLYGATE_KEYS_URL, value: "http://{{ .root.Release.Name }}-keys:8081" }
- { name: TALLYGATE_KEYS_INTERNAL_URL, value: "{{ include "tallygate.internalScheme" . }}://{{ .root.Release.Name }}-keys:8181" }
- { name: TALLYGATE_METERING_URL, value: "http://{{ .root.Release.Name }}-metering:8082" }
- { name: TALLYGATE_BUDGETS_URL, value: "http://{{ .root.Release.Name }}-budget:8083" }
- { name: TALLYGATE_BUDGETS_INTERNAL_URL, value: "{{ include "tallygate.internalScheme" . }}://{{ .root.Release.Name }}-budget:8183" }
{{- if include "tallygate.internalTlsSecret" . }}
- { name: SPRING_SSL_BUNDLE_PEM_INTERNAL_KEYSTORE_CERTIFICATE, value: /etc/tallygate/tls/tls.crt }
- { name: SPRING_SSL_BUNDLE_PEM_INTERNAL_KEYSTORE_PRIVATEKEY, value: /etc/tallygate/tls/tls.key }
- { name: SPRING_SSL_BUNDLE_PEM_INTERNAL_TRUSTSTORE_CERTIFICATE, value: /etc/tallygate/tls/ca.crt }
- { name: SPRING_SSL_BUNDLE_PEM_INTERNAL_RELOADONUPDATE, value: "true" }
- { name: TALLYGATE_SERVICE_SSLBUNDLE, value: internal }
{{- if include "tallygate.internalPort" . }}
- { name: TALLYGATE_INTERNAL_SSL_BUNDLE, value: internal }
{{- end }}
{{- end }}
{{- with .root.Values.oidc.issuerUri }}
- { name: TALLYGATE_OIDC_ISSUER_URI, value: {{ . | quote }} }
{{- end }}
{{- with .root.Values.oidc.clientId }}
- { name: TALLYGATE_OIDC_CLIENT_ID, value: {{ . | quote }} }
{{- end }}
{{- with .root.Values.tracing }}
{{- if .endpoint }}
- { name: TALLYGATE_TRACING_ENDPOINT, value: {{ .endpoint | quote }} }
- { name: TALLYGATE_TRACING_SAMPLING, value: {{ .sampling | quote }} }
- { name: TALLYGATE_TRACING_ATTRIBUTES, value: {{ .attributes }} }
{{- end }}
{{- end }}
{{- if has $service (list "gateway" "keys" "metering" "budget") }}
- { name: SPRING_KAFKA_BOOTSTRAP_SERVERS, value: {{ .root.Values.kafka.bootstrapServers | quote }} }
- { name: TALLYGATE_KAFKA_REPLICATIONFACTOR, value: {{ .root.Values.kafka.replicationFactor | quote }} }
- { name: SPRING_KAFKA_PROPERTIES_SECURITY_PROTOCOL, value: {{ .root.Values.kafka.securityProtocol }} }
{{- with .root.Values.kafka.saslMechanism }}
- { name: SPRING_KAFKA_PROPERTIES_SASL_MECHANISM, value: {{ . }} }
{{- end }}
{{- with .root.Values.kafka.saslSecret }}
- { name: SPRING_KAFKA_PROPERTIES_SASL_JAAS_CONFIG, valueFrom: { secretKeyRef: { name: {{ . }}, key: jaas-config } } }
{{- end }}
{{- if .root.Values.kafka.caConfigMap }}
- { name: SPRING_KAFKA_PROPERTIES_SSL_TRUSTSTORE_TYPE, value: PEM }
- { name: SPRING_KAFKA_PROPERTIES_SSL_TRUSTSTORE_LOCATION, value: /etc/tallygate/kafka/ca.crt }
{{- end }}
- { name: SPRING_DATASOURCE_URL, value: "jdbc:postgresql://{{ .root.Values.postgresql.host }}:{{ .root.Values.postgresql.port }}/tallygate_{{ $service }}?sslmode={{ .root.Values.postgresql.sslMode }}{{ if .root.Values.postgresql.caConfigMap }}&sslrootcert=/etc/tallygate/postgresql/ca.crt{{ end }}" }
- { name: SPRING_DATASOURCE_USERNAME, value: tallygate_{{ $service }} }
- { name: SPRING_DATASOURCE_PASSWORD_FILE, value: /etc/tallygate/secrets/{{ $service }}-password }
- { name: SPRING_FLYWAY_USER, value: tallygate_{{ $service }}_owner }
- { name: SPRING_FLYWAY_PASSWORD_FILE, value: /etc/tallygate/secrets/{{ $service }}-owner-password }
{{- end }}
{{- range splitList "," (include "tallygate.secretKeys" .) }}
{{- if hasPrefix "service-secret-" . }}
- { name: TALLYGATE_SERVICE_SECRET_{{ trimPrefix "service-secret-" . | upper }}_FILE, value: /etc/tallygate/secrets/{{ . }} }
{{- else if eq . "master-key" }}
- { name: TALLYGATE_MASTER_KEY_FILE, value: /etc/tallygate/secrets/master-key }
{{- else if eq . "webhook-key" }}
- { name: TALLYGATE_WEBHOOKS_KEY_FILE, value: /etc/tallygate/secrets/webhook-key }
{{- else if eq . "admin-key" }}
- { name: TALLYGATE_ADMIN_KEY_FILE, value: /etc/tallygate/secrets/admin-key }
{{- else if eq . "oidc-client-secret" }}
- { name: TALLYGATE_OIDC_CLIENT_SECRET_FILE, value: /etc/tallygate/secrets/oidc-client-secret }
{{- else if eq . "tracing-authorization" }}
- { name: TALLYGATE_TRACING_AUTHORIZATION_FILE, value: /etc/tallygate/secrets/tracing-authorization }
{{- else if hasSuffix "-oauth-client-secret" . }}
- { name: TALLYGATE_PROVIDERS_{{ trimSuffix "-oauth-client-secret" . | upper }}_OAUTH_CLIENT_SECRET_FILE, value: /etc/tallygate/secrets/{{ . }} }
{{- else if hasSuffix "-api-key" . }}
- { name: {{ trimSuffix "-api-key" . | upper | replace "-" "_" }}_API_KEY_FILE, value: /etc/tallygate/secrets/{{ . }} }
{{- end }}
{{- end }}
{{- if or (eq $service "keys") (eq $service "console") }}
- { name: TALLYGATE_SIGNUP, value: {{ .root.Values.signup }} }
{{- end }}
{{- if eq $service "keys" }}
{{- with .root.Values.oidc.roleClaim }}
- { name: TALLYGATE_OIDC_ROLE_CLAIM, value: {{ . | quote }} }
{{- end }}
{{- with .root.Values.oidc.adminValues }}
- { name: TALLYGATE_OIDC_ADMIN_VALUES, value: {{ join "," . | quote }} }
{{- end }}
{{- with .root.Values.oidc.leaverAfter }}
- { name: TALLYGATE_OIDC_LEAVER_AFTER, value: {{ . | quote }} }
{{- end }}
{{- range $tag, $claim := .root.Values.oidc.tags }}
- { name: TALLYGATE_OIDC_TAGS_{{ $tag | upper }}, value: {{ $claim | quote }} }
{{- end }}
{{- range $name, $value := .root.Values.providers }}
- { name: {{ $name }}, value: {{ $value | quote }} }
{{- end }}
{{- end }}
{{- if eq $service "gateway" }}
# The pod's name: a pod that comes back goes on with the spool that is its own.
- { name: TALLYGATE_INSTANCE, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
- { name: TALLYGATE_SPOOL_DIRECTORY, value: /var/lib/tallygate/spool }
- { name: TALLYGATE_GUARD_REPEATS, value: {{ int64 $values.guard.repeats | quote }} }
- { name: TALLYGATE_GUARD_WINDOW, value: {{ $values.guard.window | quote }} }
- { name: TALLYGATE_RATE_LIMITS_USER_REQUESTS, value: {{ int64 $values.rateLimits.userRequests | quote }} }
- { name: TALLYGATE_RATE_LIMITS_USER_TOKENS, value: {{ int64 $values.rateLimits.userTokens | quote }} }
- { name: TALLYGATE_RATE_LIMITS_KEY_REQUESTS, value: {{ int64 $values.rateLimits.keyRequests | quote }} }
- { name: TALLYGATE_RATE_LIMITS_KEY_TOKENS, value: {{ int64 $values.rateLimits.keyTokens | quote }} }
{{- with .root.Values.defaultModel }}
- { name: TALLYGATE_DEFAULT_MODEL, value: {{ . | quote }} }
{{- end }}
{{- if .root.Values.pricesConfigMap }}
- { name: TALLYGATE_PRICES_FILE, value: /etc/tallygate/prices/prices.json }
{{- end }}
{{- end }}
{{- if eq (include "tallygate.archives" .) "yes" }}
- { name: TALLYGATE_ARCHIVE_DIRECTORY, value: /var/lib/tallygate/archive }
- { name: TALLYGATE_ARCHIVE_KEEP_MONTHS, value: {{ int64 $values.archive.keepMonths | quote }} }
{{- end }}
{{- range $name, $value := $values.env }}
- { name: {{ $name }}, value: {{ include "tallygate.plain" $value | quote }} }
{{- end }}
{{- end }}

{{/* A value as it was written: Helm has every number as a floating-point one, a million as 1e+06. */}}
{{- define "tallygate.plain" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) }}{{ int64 . }}{{ else }}{{ . }}{{ end -}}
{{- end }}

{{- define "tallygate.pod" -}}
{{- $values := get .root.Values .service -}}
metadata:
  labels:
    {{- include "tallygate.labels" . | nindent 4 }}
spec:
  serviceAccountName: {{ .root.Release.Name }}-tallygate
  automountServiceAccountToken: false
  enableServiceLinks: false
  {{- with .root.Values.image.pullSecrets }}
  imagePullSecrets: {{ toJson . }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    seccompProfile: { type: RuntimeDefault }
  {{- with .root.Values.nodeSelector }}
  nodeSelector: {{ toJson . }}
  {{- end }}
  {{- with .root.Values.tolerations }}
  tolerations: {{ toJson . }}
  {{- end }}
  {{- if .root.Values.topologySpread.enabled }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: {{ .root.Values.topologySpread.key }}
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "tallygate.selector" . | nindent 10 }}
  {{- end }}
  {{- if eq .service "gateway" }}
  terminationGracePeriodSeconds: {{ $values.terminationGracePeriodSeconds }}
  {{- end }}
  containers:
    - name: {{ include "tallygate.module" . }}
      image: {{ include "tallygate.image" . }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      ports:
        - { name: http, containerPort: {{ include "tallygate.port" . }} }
        - { name: management, containerPort: {{ include "tallygate.managementPort" . }} }
        {{- with include "tallygate.internalPort" . }}
        - { name: internal, containerPort: {{ . }} }
        {{- end }}
      env:
        {{- include "tallygate.env" . | nindent 8 }}
      startupProbe:
        httpGet: { path: /actuator/health/liveness, port: management }
        periodSeconds: 2
        failureThreshold: 90
      livenessProbe:
        httpGet: { path: /actuator/health/liveness, port: management }
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet: { path: /actuator/health/readiness, port: management }
        periodSeconds: 3
        timeoutSeconds: 3
        failureThreshold: 2
      resources: {{ toJson $values.resources }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: { drop: [ ALL ] }
      volumeMounts:
        - { name: tmp, mountPath: /tmp }
        {{- if include "tallygate.secretKeys" . }}
        - { name: secrets, mountPath: /etc/tallygate/secrets, readOnly: true }
        {{- end }}
        {{- if include "tallygate.internalTlsSecret" . }}
        - { name: internal-tls, mountPath: /etc/tallygate/tls, readOnly: true }
        {{- end }}
        {{- if and (ne .service "console") .root.Values.postgresql.caConfigMap }}
        - { name: postgresql-ca, mountPath: /etc/tallygate/postgresql, readOnly: true }
        {{- end }}
        {{- if and (ne .service "console") .root.Values.kafka.caConfigMap }}
        - { name: kafka-ca, mountPath: /etc/tallygate/kafka, readOnly: true }
        {{- end }}
        {{- if and (eq .service "gateway") .root.Values.pricesConfigMap }}
        - { name: prices, mountPath: /etc/tallygate/prices, readOnly: true }
        {{- end }}
        {{- if eq .service "gateway" }}
        - { name: spool, mountPath: /var/lib/tallygate }
        {{- end }}
        {{- if eq (include "tallygate.archives" .) "yes" }}
        - { name: archive, mountPath: /var/lib/tallygate }
        {{- end }}
  volumes:
    {{- /* Metering's library that writes files of closed months is unpacked there and loaded, 60 MB. */}}
    - { name: tmp, emptyDir: { sizeLimit: 256Mi } }
    {{- if eq (include "tallygate.archives" .) "yes" }}
    - { name: archive, persistentVolumeClaim: { claimName: {{ include "tallygate.archiveClaim" . }} } }
    {{- end }}
    {{- with include "tallygate.secretKeys" . }}
    - name: secrets
      secret:
        secretName: {{ $.root.Values.secrets.existingSecret }}
        defaultMode: 0440
        items:
          {{- range splitList "," . }}
          - { key: {{ . }}, path: {{ . }} }
          {{- end }}
    {{- end }}
    {{- with include "tallygate.internalTlsSecret" . }}
    - { name: internal-tls, secret: { secretName: {{ . }}, defaultMode: 0440 } }
    {{- end }}
    {{- if and (ne .service "console") .root.Values.postgresql.caConfigMap }}
    - { name: postgresql-ca, configMap: { name: {{ .root.Values.postgresql.caConfigMap }} } }
    {{- end }}
    {{- if and (ne .service "console") .root.Values.kafka.caConfigMap }}
    - { name: kafka-ca, configMap: { name: {{ .root.Values.kafka.caConfigMap }} } }
    {{- end }}
    {{- if and (eq .service "gateway") .root.Values.pricesConfigMap }}
    - { name: prices, configMap: { name: {{ .root.Values.pricesConfigMap }} } }
    {{- end }}
{{- end }}
