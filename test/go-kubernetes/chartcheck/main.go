// Command chartcheck renders a chart once for each line of its standard input, as "helm template" does, and holds the
// objects against the schemas that Kubernetes' API server keeps, by the packages of kubectl-validate.
//
// usage: chartcheck CHART KUBERNETES CRDS...     (CRDS: folders of CustomResourceDefinitions)
//
// A line in is {"values": {…}} (or {"yaml": "…"}: objects to be held against the schemas as they are); a line out is
// {"objects": […], "notes": "…", "problems": ["…"]} or, where the chart refuses the values, {"refused": "…"}.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"regexp"
	"sort"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"k8s.io/client-go/openapi"
	"sigs.k8s.io/kubectl-validate/pkg/openapiclient"
	"sigs.k8s.io/kubectl-validate/pkg/validator"
	"sigs.k8s.io/yaml"
)

type asked struct {
	Values map[string]any `json:"values"`
	YAML   string         `json:"yaml"`
}

type answer struct {
	Objects  []map[string]any `json:"objects,omitempty"`
	Notes    string           `json:"notes,omitempty"`
	Problems []string         `json:"problems,omitempty"`
	Refused  string           `json:"refused,omitempty"`
}

func main() {
	if err := run(os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(chartPath, kubernetes string, crds []string) error {
	loaded, err := loader.Load(chartPath)
	if err != nil {
		return err
	}
	check, err := objectCheck(kubernetes, crds)
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var one asked
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			return err
		}
		var texts map[string]string
		var said answer
		if one.YAML != "" {
			texts = map[string]string{"objects.yaml": one.YAML}
		} else if texts, err = render(loaded, one.Values, kubernetes); err != nil {
			said.Refused = err.Error()
		}
		said.add(texts, check)
		if err := out.Encode(said); err != nil {
			return err
		}
	}
	return lines.Err()
}

// What "helm template" does without a cluster, the schema of the values first.
func render(loaded *chart.Chart, values map[string]any, kubernetes string) (map[string]string, error) {
	capabilities := *chartutil.DefaultCapabilities
	version, err := chartutil.ParseKubeVersion(kubernetes + ".0")
	if err != nil {
		return nil, err
	}
	capabilities.KubeVersion = *version
	release := chartutil.ReleaseOptions{Name: "vote", Namespace: "elections", Revision: 1, IsInstall: true}
	full, err := chartutil.ToRenderValues(loaded, values, release, &capabilities)
	if err != nil {
		return nil, err
	}
	return engine.Render(loaded, full)
}

var between = regexp.MustCompile(`(?m)^---\s*$`)

func (said *answer) add(texts map[string]string, check func([]byte) error) {
	names := make([]string, 0, len(texts))
	for name := range texts {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if strings.HasSuffix(name, "NOTES.txt") {
			said.Notes = texts[name]
			continue
		}
		for _, text := range between.Split(texts[name], -1) {
			said.addObject(path.Base(name), text, check)
		}
	}
}

func (said *answer) addObject(file, text string, check func([]byte) error) {
	var object map[string]any
	if err := yaml.UnmarshalStrict([]byte(text), &object); err != nil {
		said.Problems = append(said.Problems, fmt.Sprintf("%s: %v", file, err))
		return
	}
	if object == nil {
		return
	}
	said.Objects = append(said.Objects, object)
	if err := check([]byte(text)); err != nil {
		said.Problems = append(said.Problems, fmt.Sprintf("%s: %v: %v", file, object["kind"], err))
	}
}

func objectCheck(kubernetes string, crds []string) (func([]byte) error, error) {
	clients := []openapi.Client{openapiclient.NewHardcodedBuiltins(kubernetes)}
	for _, folder := range crds {
		clients = append(clients, openapiclient.NewLocalCRDFiles(os.DirFS(folder)))
	}
	known, err := validator.New(openapiclient.NewComposite(clients...))
	if err != nil {
		return nil, err
	}
	return func(text []byte) error {
		_, object, err := known.Parse(text)
		if err != nil {
			return err
		}
		return known.Validate(object)
	}, nil
}
