package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/yannh/kubeconform/pkg/validator"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	"sigs.k8s.io/yaml"
)

// Says what is wrong with an object.
type judge struct {
	openAPI   string
	crds      []map[string]any
	folder    string
	written   map[string]bool
	validator validator.Validator
	pods      policy.Evaluator
}

func newJudge(openAPI string, crds []string) (*judge, error) {
	folder, err := os.MkdirTemp("", "chartcheck-")
	if err != nil {
		return nil, err
	}
	made := &judge{openAPI: openAPI, folder: folder, written: map[string]bool{}}
	made.validator, err = validator.New(
		[]string{folder + "/{{ .ResourceKind }}{{ .KindSuffix }}.json"},
		validator.Opts{Strict: true, KubernetesVersion: "master"},
	)
	if err != nil {
		return nil, err
	}
	if made.pods, err = policy.NewEvaluator(policy.DefaultChecks(), nil); err != nil {
		return nil, err
	}
	for _, crd := range crds {
		if err := made.readCRDs(crd); err != nil {
			return nil, err
		}
	}
	return made, nil
}

func (j *judge) close() { os.RemoveAll(j.folder) }

func (j *judge) problems(object map[string]any) []string {
	apiVersion, _ := object["apiVersion"].(string)
	kind, _ := object["kind"].(string)
	if err := j.writeSchema(apiVersion, kind); err != nil {
		return []string{err.Error()}
	}
	text, err := json.Marshal(object)
	if err != nil {
		return []string{err.Error()}
	}
	var found []string
	for _, result := range j.validator.Validate("object", io.NopCloser(bytes.NewReader(text))) {
		if result.Status != validator.Valid {
			found = append(found, fmt.Sprint(result.Err, result.ValidationErrors))
		}
	}
	return append(found, j.podProblems(text)...)
}

// Pod Security "restricted" of whatever has a pod's template.
func (j *judge) podProblems(text []byte) []string {
	var workload struct {
		Spec struct {
			Template *struct {
				Metadata metav1.ObjectMeta `json:"metadata"`
				Spec     corev1.PodSpec    `json:"spec"`
			} `json:"template"`
		} `json:"spec"`
	}
	if json.Unmarshal(text, &workload) != nil || workload.Spec.Template == nil {
		return nil
	}
	template := workload.Spec.Template
	restricted := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	result := policy.AggregateCheckResults(j.pods.EvaluatePod(restricted, &template.Metadata, &template.Spec))
	if result.Allowed {
		return nil
	}
	return []string{"not restricted: " + result.ForbiddenDetail()}
}

func (j *judge) readCRDs(folder string) error {
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("%s holds no CustomResourceDefinitions: %v", folder, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		for _, one := range between.Split(string(text), -1) {
			var crd map[string]any
			if err := yaml.Unmarshal([]byte(one), &crd); err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
			if crd["kind"] == "CustomResourceDefinition" {
				j.crds = append(j.crds, crd)
			}
		}
	}
	return nil
}

// Writes the schema of a kind to where kubeconform looks for it.
func (j *judge) writeSchema(apiVersion, kind string) error {
	group, version, grouped := strings.Cut(apiVersion, "/")
	if !grouped {
		group, version = "", apiVersion
	}
	name := strings.ToLower(kind) + "-" + version
	if grouped {
		name = strings.ToLower(kind) + "-" + strings.Split(group, ".")[0] + "-" + version
	}
	if j.written[name] {
		return nil
	}
	schema, err := j.schemaOf(group, version, kind)
	if err != nil {
		return err
	}
	strict(schema)
	text, err := json.Marshal(schema)
	if err != nil {
		return err
	}
	j.written[name] = true
	return os.WriteFile(filepath.Join(j.folder, name+".json"), text, 0o600)
}

func (j *judge) schemaOf(group, version, kind string) (map[string]any, error) {
	for _, crd := range j.crds {
		if schema := versionOf(crd, group, version, kind); schema != nil {
			return schema, nil
		}
	}
	file := filepath.Join(j.openAPI, "apis", group, version+".json")
	if group == "" {
		file = filepath.Join(j.openAPI, "api", version+".json")
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("no schema of %s/%s %s", group, version, kind)
	}
	var document map[string]any
	if err := json.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	schemas := at(document, "components", "schemas")
	for name, schema := range schemas {
		kinds, _ := schema.(map[string]any)["x-kubernetes-group-version-kind"].([]any)
		for _, one := range kinds {
			is := one.(map[string]any)
			if is["group"] == group && is["version"] == version && is["kind"] == kind {
				return map[string]any{
					"$ref":       "#/components/schemas/" + name,
					"components": map[string]any{"schemas": schemas},
				}, nil
			}
		}
	}
	return nil, fmt.Errorf("no schema of %s/%s %s", group, version, kind)
}

func versionOf(crd map[string]any, group, version, kind string) map[string]any {
	spec := at(crd, "spec")
	if spec["group"] != group || at(spec, "names")["kind"] != kind {
		return nil
	}
	versions, _ := spec["versions"].([]any)
	for _, one := range versions {
		if one := one.(map[string]any); one["name"] == version {
			return at(one, "schema", "openAPIV3Schema")
		}
	}
	return nil
}

func at(value map[string]any, path ...string) map[string]any {
	for _, name := range path {
		value, _ = value[name].(map[string]any)
	}
	return value
}

// The API server drops what a schema does not name; here that is an error.
func strict(value any) {
	switch value := value.(type) {
	case []any:
		for _, one := range value {
			strict(one)
		}
	case map[string]any:
		_, named := value["properties"].(map[string]any)
		_, open := value["additionalProperties"]
		if named && value["type"] == "object" && !open && value["x-kubernetes-preserve-unknown-fields"] != true {
			value["additionalProperties"] = false
		}
		for _, one := range value {
			strict(one)
		}
	}
}
