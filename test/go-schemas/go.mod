// Modules that carry the schemas which objects of the chart are held against; nothing is built of them.
module digital-elections.example/test-schemas

go 1.26.0

require (
	github.com/cloudnative-pg/cloudnative-pg v1.27.0
	github.com/prometheus-operator/prometheus-operator v0.88.0
	sigs.k8s.io/gateway-api v1.6.3
	sigs.k8s.io/kubectl-validate v0.0.4
)
