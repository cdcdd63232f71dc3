{{- define "plumbline.labels" -}}
app.kubernetes.io/name: plumbline
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "plumbline.container" -}}
image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
env:
  - {name: DEBUG, value: "0"}
  - {name: BEHIND_TLS_PROXY, value: "1"}
  - {name: ALLOWED_HOSTS, value: {{ .Values.host | quote }}}
  - {name: CSRF_TRUSTED_ORIGINS, value: {{ printf "https://%s" .Values.host | quote }}}
  - {name: STATE_DIR, value: /var/lib/plumbline}
  {{- if .Values.dataClaim }}
  - {name: DATA_ROOTS, value: /srv/plumbline-data}
  {{- end }}
  {{- range $name, $value := .Values.environment }}
  - {name: {{ $name }}, value: {{ $value | quote }}}
  {{- end }}
volumeMounts:
  - {name: state, mountPath: /var/lib/plumbline}
  - {name: tmp, mountPath: /tmp}
  {{- if .Values.dataClaim }}
  - {name: data, mountPath: /srv/plumbline-data, readOnly: true}
  {{- end }}
{{- end }}

{{- define "plumbline.volumes" -}}
- {name: state, emptyDir: {}}
- {name: tmp, emptyDir: {}}
{{- if .Values.dataClaim }}
- {name: data, persistentVolumeClaim: {claimName: {{ .Values.dataClaim }}, readOnly: true}}
{{- end }}
{{- end }}
