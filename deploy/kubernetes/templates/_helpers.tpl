{{/* Names of objects: at most 40 characters, so that "-gateway" and a hash still fit in 63. */}}
{{- define "elections.name" -}}
{{- default .Release.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* Labels that select the pods of a component. They must never change: a Deployment's selector is immutable. */}}
{{- define "elections.selector" -}}
app.kubernetes.io/name: digital-elections
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "elections.labels" -}}
{{ include "elections.selector" . }}
app.kubernetes.io/part-of: digital-elections
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | quote }}
{{- end -}}

{{/* An image with its digest, or its tag. */}}
{{- define "elections.image" -}}
{{- if .image.digest -}}
{{ .image.repository }}@{{ .image.digest }}
{{- else -}}
{{ .image.repository }}:{{ default .root.Chart.AppVersion .image.tag }}
{{- end -}}
{{- end -}}

{{/* Settings of every pod: Pod Security "restricted", no API token, no variables for services. */}}
{{- define "elections.pod" -}}
serviceAccountName: {{ .account | quote }}
automountServiceAccountToken: false
# Kubernetes would set ELECTIONS_… variables for services, which the program would read as settings.
enableServiceLinks: false
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . | quote }}
  {{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- end -}}

{{- define "elections.container.security" -}}
securityContext:
  allowPrivilegeEscalation: false
  privileged: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end -}}

{{/* Addresses with passwords come from files, not from the environment. */}}
{{- define "elections.addresses.env" -}}
- name: ELECTIONS_KAFKA_BROKERS
  value: {{ .Values.engines.kafka.brokers | quote }}
- name: ELECTIONS_DATABASE_URL_FILE
  value: /etc/elections/engines/database
{{- with .Values.engines.tls }}
{{- if .caSecret.name }}
- name: ELECTIONS_ENGINE_CA
  value: /etc/elections/engines/ca.pem
{{- end }}
{{- if .clientSecret.name }}
- name: ELECTIONS_ENGINE_CERT
  value: /etc/elections/engines/cert.pem
- name: ELECTIONS_ENGINE_KEY
  value: /etc/elections/engines/key.pem
{{- end }}
{{- end }}
{{- with .Values.engines.kafka }}
{{- if .tls }}
- name: ELECTIONS_KAFKA_TLS
  value: "true"
{{- end }}
{{- if .secret.name }}
- name: ELECTIONS_KAFKA_USER
  valueFrom:
    secretKeyRef:
      name: {{ .secret.name | quote }}
      key: {{ .secret.userKey | quote }}
- name: ELECTIONS_KAFKA_PASSWORD_FILE
  value: /etc/elections/engines/kafka-password
{{- end }}
{{- end }}
{{- end -}}

{{- define "elections.addresses.volume" -}}
- name: engines
  projected:
    defaultMode: 0440
    sources:
      - secret:
          name: {{ .Values.engines.database.secret.name | quote }}
          items:
            - key: {{ .Values.engines.database.secret.key | quote }}
              path: database
      - secret:
          name: {{ .Values.engines.redis.secret.name | quote }}
          items:
            - key: {{ .Values.engines.redis.secret.key | quote }}
              path: redis
      {{- with .Values.engines.tls.caSecret }}
      {{- if .name }}
      - secret:
          name: {{ .name | quote }}
          items:
            - key: {{ .key | quote }}
              path: ca.pem
      {{- end }}
      {{- end }}
      {{- with .Values.engines.tls.clientSecret }}
      {{- if .name }}
      - secret:
          name: {{ .name | quote }}
          items:
            - key: {{ .certKey | quote }}
              path: cert.pem
            - key: {{ .keyKey | quote }}
              path: key.pem
      {{- end }}
      {{- end }}
      {{- with .Values.engines.kafka.secret }}
      {{- if .name }}
      - secret:
          name: {{ .name | quote }}
          items:
            - key: {{ .passwordKey | quote }}
              path: kafka-password
      {{- end }}
      {{- end }}
{{- end -}}

{{/* The container of "elections serve" in one role. */}}
{{- define "elections.serve" -}}
- name: {{ .role }}
  image: {{ include "elections.image" (dict "root" .root "image" .root.Values.image) | quote }}
  imagePullPolicy: {{ .root.Values.image.pullPolicy | quote }}
  args: [serve]
  env:
    - name: ELECTIONS_CLUSTER
      value: "true"
    - name: ELECTIONS_ROLE
      value: {{ .role }}
    - name: ELECTIONS_DATA
      value: /var/lib/elections
    - name: ELECTIONS_SECRETS
      value: /etc/elections/secrets
    {{- with .root.Values.defaultElection }}
    - name: ELECTIONS_DEFAULT
      value: {{ . | quote }}
    {{- end }}
    - name: ELECTIONS_HOST
      value: 0.0.0.0
    - name: ELECTIONS_PORT
      value: "8501"
    - name: ELECTIONS_METRICS_HOST
      value: 0.0.0.0
    - name: ELECTIONS_METRICS_PORT
      value: "9464"
    - name: ELECTIONS_LOG_LEVEL
      value: {{ .root.Values.log.level | quote }}
    {{- if ne .role "tally" }}
    {{- include "elections.site.env" .root | nindent 4 }}
    {{- include "elections.log.env" .root | nindent 4 }}
    {{- end }}
    {{- include "elections.addresses.env" .root | nindent 4 }}
    - name: ELECTIONS_REDIS_URL_FILE
      value: /etc/elections/engines/redis
    {{- with .env }}
    {{- . | nindent 4 }}
    {{- end }}
  ports:
    {{- if ne .role "tally" }}
    - name: http
      containerPort: 8501
    {{- end }}
    - name: metrics
      containerPort: 9464
  # At the start a gateway reads the voter roll, and the publisher the whole ballot log.
  startupProbe:
    httpGet: { path: /readyz, port: metrics }
    periodSeconds: 2
    timeoutSeconds: 3
    failureThreshold: 300
  readinessProbe:
    httpGet: { path: /readyz, port: metrics }
    periodSeconds: 5
    timeoutSeconds: 3
    failureThreshold: 2
  # Not /healthz: it answers 503 if the count does not balance, which a restart cannot fix.
  livenessProbe:
    httpGet: { path: /readyz, port: metrics }
    periodSeconds: 10
    timeoutSeconds: 5
    failureThreshold: 6
  {{- include "elections.container.security" .root | nindent 2 }}
  resources:
    {{- toYaml .resources | nindent 4 }}
  volumeMounts:
    - name: data
      mountPath: /var/lib/elections
    - name: tmp
      mountPath: /tmp
    - name: secrets
      mountPath: /etc/elections/secrets
      readOnly: true
    - name: engines
      mountPath: /etc/elections/engines
      readOnly: true
    {{- if and (ne .role "tally") (include "elections.logKey" .root) }}
    - name: log-store
      mountPath: /etc/elections/log-store
      readOnly: true
    {{- end }}
    {{- with .mounts }}
    {{- . | nindent 4 }}
    {{- end }}
{{- end -}}

{{/* Volumes of "elections serve": an election's keys for gateways and results, its seal key for the tally. */}}
{{- define "elections.serve.volumes" -}}
- name: data
{{- if and (eq .role "results") (eq .root.Values.publicLog.store "folder") }}
  {{- if eq .root.Values.publicLog.folder.volume "claim" }}
  persistentVolumeClaim:
    claimName: {{ include "elections.name" .root }}-log
  {{- else }}
  emptyDir:
    sizeLimit: {{ .root.Values.publicLog.folder.size | quote }}
  {{- end }}
{{- else }}
  emptyDir:
    sizeLimit: 1Gi
{{- end }}
- name: tmp
  emptyDir:
    sizeLimit: 256Mi
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      {{- $role := .role }}
      {{- range $id := .root.Values.elections }}
      - secret:
          {{- if eq $role "tally" }}
          name: elections-seal-{{ $id | replace "_" "." }}
          items:
            - key: seal-key
              path: {{ $id }}/seal-key
          {{- else }}
          name: elections-keys-{{ $id | replace "_" "." }}
          items:
            - key: election-secret
              path: {{ $id }}/election-secret
            - key: log-key
              path: {{ $id }}/log-key
          {{- end }}
      {{- end }}
{{- if and (ne .role "tally") (include "elections.logKey" .root) }}
- name: log-store
  secret:
    secretName: {{ include "elections.logKey" .root | quote }}
    defaultMode: 0440
    items:
      - key: {{ .root.Values.publicLog.s3.keySecret.key | quote }}
        path: key
{{- end }}
{{ include "elections.addresses.volume" .root }}
{{- end -}}

{{/* The Secret with the access key of the log's bucket, if there is one. */}}
{{- define "elections.logKey" -}}
{{- if eq .Values.publicLog.store "s3" }}{{ .Values.publicLog.s3.keySecret.name }}{{ end -}}
{{- end -}}

{{/* The public address, and the limits for strangers. */}}
{{- define "elections.site.env" -}}
{{- $site := .Values.site -}}
{{- $proxies := $site.trustProxy -}}
{{- if kindIs "invalid" $proxies -}}
{{- $proxies = ternary 1 0 (or .Values.ingress.enabled .Values.httpRoute.enabled) -}}
{{- end -}}
{{- if gt (int $proxies) 0 }}
- name: ELECTIONS_TRUST_PROXY
  value: {{ $proxies | quote }}
{{- end }}
{{- with $site.base }}
- name: ELECTIONS_BASE
  value: {{ . | quote }}
{{- end }}
{{- with $site.requireToken }}
- name: ELECTIONS_REQUIRE_TOKEN
  value: {{ toJson . | quote }}
{{- end }}
{{- range $name, $variable := dict "wrongKeys" "WRONG_KEYS" "wrongKeysInAll" "WRONG_KEYS_IN_ALL" "connections" "CONNECTIONS" "connectionsPerAddress" "CONNECTIONS_PER_ADDRESS" "importMegabytes" "IMPORT_MEGABYTES" "importSeconds" "IMPORT_SECONDS" }}
{{- $value := index $.Values.limits $name }}
{{- if not (kindIs "invalid" $value) }}
- name: ELECTIONS_{{ $variable }}
  value: {{ int64 $value | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Settings of the public log for gateways and results. */}}
{{- define "elections.log.env" -}}
{{- $log := .Values.publicLog -}}
- name: ELECTIONS_PUBLISH_EVERY
  value: {{ $log.publishEverySeconds | quote }}
{{- if not (kindIs "invalid" $log.promiseWithinSeconds) }}
- name: ELECTIONS_PROMISE_WITHIN
  value: {{ int64 $log.promiseWithinSeconds | quote }}
{{- end }}
{{- with $log.url }}
- name: ELECTIONS_LOG_URL
  value: {{ . | quote }}
{{- end }}
{{- if eq $log.store "s3" }}
- name: ELECTIONS_LOG_STORE
  value: s3://{{ $log.s3.bucket }}/{{ $log.s3.prefix | trimAll "/" }}?region={{ $log.s3.region }}{{ with $log.s3.endpoint }}&endpoint={{ . }}{{ end }}
{{- if $log.s3.keySecret.name }}
- name: ELECTIONS_LOG_STORE_KEY_FILE
  value: /etc/elections/log-store/key
{{- end }}
{{- end }}
{{- end -}}

{{/* Settings of the publisher. */}}
{{- define "elections.witness.env" -}}
{{- with .Values.publicLog.witnesses -}}
- name: ELECTIONS_WITNESSES
  value: {{ toJson . | quote }}
{{- with $.Values.publicLog.witnessQuorum }}
- name: ELECTIONS_WITNESS_QUORUM
  value: {{ int . | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "elections.aws.env" -}}
{{- $secret := . -}}
{{- range $index, $name := list "AWS_ACCESS_KEY_ID" "AWS_SECRET_ACCESS_KEY" }}
{{- if $index }}
{{ end -}}
- name: {{ $name }}
  valueFrom:
    secretKeyRef:
      name: {{ $secret | quote }}
      key: {{ $name }}
{{- end }}
{{- end -}}

{{/* Scheduling of a component's pods. */}}
{{- define "elections.place" -}}
{{- with .place.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .place.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .place.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .place.priorityClass }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- with .spread }}
{{- $rules := list (dict "key" "topology.kubernetes.io/zone" "when" .zones) (dict "key" "kubernetes.io/hostname" "when" .nodes) }}
{{- if or .zones .nodes }}
topologySpreadConstraints:
  {{- range $rules }}
  {{- if .when }}
  - topologyKey: {{ .key }}
    maxSkew: 1
    whenUnsatisfiable: {{ .when }}
    labelSelector:
      matchLabels:
        {{- include "elections.selector" $ | nindent 8 }}
    # Spread each version separately, so that a stopping pod does not block a new one.
    matchLabelKeys: [pod-template-hash]
  {{- end }}
  {{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The path of the servers, with a slash at both ends. */}}
{{- define "elections.basePath" -}}
{{- default "/" (urlParse (default "/" .Values.site.base)).path -}}
{{- end -}}

{{/* Paths that only the results pods can serve, because they have the public log's files; one per line. */}}
{{- define "elections.logPaths" -}}
{{- if eq .Values.publicLog.store "folder" }}
{{- $base := include "elections.basePath" . -}}
{{ $base }}log
{{- range .Values.elections }}
{{ $base }}elections/{{ . }}/log
{{- end }}
{{- end }}
{{- end -}}
