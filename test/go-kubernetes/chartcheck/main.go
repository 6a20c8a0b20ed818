// Command chartcheck renders a chart once for each line of its standard input, as "helm template"
// does by the packages of Helm, and holds the objects against the schemas of Kubernetes' API server
// by the package of kubeconform, and pods against Pod Security "restricted" by the package that the
// API server does it with.
//
// usage: chartcheck CHART KUBERNETES OPENAPI CRDS...
//
// OPENAPI is a folder of Kubernetes' own schemas (api/v1.json, apis/GROUP/VERSION.json), CRDS are
// folders of CustomResourceDefinitions. A line in is {"values": {…}}, {"lint": true, "values": {…}}
// for "helm lint --strict", or {"yaml": "…"} for objects as they are; {"files": ["…"]} are values
// as "helm -f" reads them, the later ones first. A line out is {"objects": […], "notes": "…",
// "problems": ["…"]} or, where the chart refuses the values, {"refused": "…"}.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"path"
	"regexp"
	"sort"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"helm.sh/helm/v3/pkg/lint"
	"helm.sh/helm/v3/pkg/lint/support"
	"sigs.k8s.io/yaml"
)

type question struct {
	Values  map[string]any `json:"values"`
	Release string         `json:"release"`
	Lint    bool           `json:"lint"`
	YAML    string         `json:"yaml"`
	Files   []string       `json:"files"`
}

type answer struct {
	Objects  []map[string]any `json:"objects"`
	Notes    string           `json:"notes,omitempty"`
	Problems []string         `json:"problems"`
	Refused  string           `json:"refused,omitempty"`
}

func main() {
	// Helm warns there of values that it does not take; that it does not is in the answer.
	log.SetOutput(io.Discard)
	if err := run(os.Args[1], os.Args[2], os.Args[3], os.Args[4:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(folder, kubernetes, openAPI string, crds []string) error {
	loaded, err := loader.Load(folder)
	if err != nil {
		return err
	}
	version, err := chartutil.ParseKubeVersion(kubernetes + ".0")
	if err != nil {
		return err
	}
	judge, err := newJudge(openAPI, crds)
	if err != nil {
		return err
	}
	defer judge.close()
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var one question
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			return err
		}
		for _, text := range one.Files {
			values, err := chartutil.ReadValues([]byte(text))
			if err != nil {
				return err
			}
			one.Values = chartutil.CoalesceTables(values, one.Values)
		}
		said := answer{Objects: []map[string]any{}, Problems: []string{}}
		switch {
		case one.YAML != "":
			said.add(map[string]string{"objects.yaml": one.YAML}, judge)
		case one.Lint:
			said.lint(folder, one.Values, version)
		default:
			texts, err := render(loaded, one.Release, one.Values, version)
			if err != nil {
				said.Refused = err.Error()
			}
			said.add(texts, judge)
		}
		if err := out.Encode(said); err != nil {
			return err
		}
	}
	return lines.Err()
}

// What "helm template" does without a cluster, the schema of the values first.
func render(loaded *chart.Chart, name string, values map[string]any, version *chartutil.KubeVersion) (map[string]string, error) {
	capabilities := *chartutil.DefaultCapabilities
	capabilities.KubeVersion = *version
	release := chartutil.ReleaseOptions{Name: name, Namespace: "elections", Revision: 1, IsInstall: true}
	full, err := chartutil.ToRenderValues(loaded, values, release, &capabilities)
	if err != nil {
		return nil, err
	}
	return engine.Render(loaded, full)
}

// What "helm lint --strict" calls a failure: warnings, too.
func (said *answer) lint(folder string, values map[string]any, version *chartutil.KubeVersion) {
	for _, message := range lint.AllWithKubeVersion(folder, values, "elections", version).Messages {
		if message.Severity >= support.WarningSev {
			said.Problems = append(said.Problems, message.Error())
		}
	}
}

var between = regexp.MustCompile(`(?m)^---\s*$`)

func (said *answer) add(texts map[string]string, judge *judge) {
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
			said.addObject(path.Base(name), text, judge)
		}
	}
}

// What has been said of a text: of most objects of a render others had the very same.
var judged = map[string]answer{}

func (said *answer) addObject(file, text string, judge *judge) {
	known, is := judged[text]
	if !is {
		known = judgeText(text, judge)
		judged[text] = known
	}
	said.Objects = append(said.Objects, known.Objects...)
	for _, problem := range known.Problems {
		said.Problems = append(said.Problems, file+": "+problem)
	}
}

func judgeText(text string, judge *judge) (said answer) {
	var object map[string]any
	if err := yaml.UnmarshalStrict([]byte(text), &object); err != nil {
		said.Problems = []string{err.Error()}
		return said
	}
	if object == nil {
		return said
	}
	said.Objects = []map[string]any{object}
	for _, problem := range judge.problems(object) {
		said.Problems = append(said.Problems, fmt.Sprintf("%v: %s", object["kind"], problem))
	}
	return said
}
