package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql"
	"go.yaml.in/yaml/v3"
)

// Of promtool's file of tests what is used here.
type testFile struct {
	RuleFiles          []string       `yaml:"rule_files"`
	EvaluationInterval model.Duration `yaml:"evaluation_interval"`
	Tests              []testCase     `yaml:"tests"`
}

type testCase struct {
	Name          string         `yaml:"name"`
	Interval      model.Duration `yaml:"interval"`
	InputSeries   []inputSeries  `yaml:"input_series"`
	AlertRuleTest []alertTest    `yaml:"alert_rule_test"`
}

type inputSeries struct {
	Series string `yaml:"series"`
	Values string `yaml:"values"`
}

type alertTest struct {
	EvalTime  model.Duration `yaml:"eval_time"`
	Alertname string         `yaml:"alertname"`
	ExpAlerts []struct {
		ExpLabels map[string]string `yaml:"exp_labels"`
	} `yaml:"exp_alerts"`
}

func testAll(groups *rulefmt.RuleGroups, path string) (problems []error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return []error{err}
	}
	var file testFile
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil {
		return []error{fmt.Errorf("%s: %w", path, err)}
	}
	engine := promql.NewEngine(promql.EngineOpts{
		MaxSamples: 1_000_000, Timeout: time.Minute, LookbackDelta: 5 * time.Minute, Parser: language,
		NoStepSubqueryIntervalFn: func(int64) int64 { return time.Duration(file.EvaluationInterval).Milliseconds() },
	})
	for _, one := range file.Tests {
		series, err := load(one)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", one.Name, err))
			continue
		}
		for _, expected := range one.AlertRuleTest {
			rule, known := alertOf(groups, expected.Alertname)
			if !known {
				problems = append(problems, fmt.Errorf("%s: there is no alert %s", one.Name, expected.Alertname))
				continue
			}
			fires, err := firing(engine, series, rule, time.Duration(file.EvaluationInterval), time.Duration(expected.EvalTime))
			if err != nil {
				problems = append(problems, fmt.Errorf("%s: %w", one.Name, err))
			} else if wanted := wantedOf(expected); !slices.Equal(fires, wanted) {
				problems = append(problems, fmt.Errorf("%s: %s fires at %s for %v, not for %v", one.Name, expected.Alertname, expected.EvalTime, fires, wanted))
			}
		}
	}
	return problems
}

func alertOf(groups *rulefmt.RuleGroups, name string) (rulefmt.Rule, bool) {
	for _, group := range groups.Groups {
		for _, rule := range group.Rules {
			if rule.Alert == name {
				return rule, true
			}
		}
	}
	return rulefmt.Rule{}, false
}

func wantedOf(expected alertTest) []string {
	wanted := []string{}
	for _, alert := range expected.ExpAlerts {
		wanted = append(wanted, labels.FromMap(alert.ExpLabels).String())
	}
	slices.Sort(wanted)
	return wanted
}

// The labels of the alerts that fire at a time, as Prometheus comes to them: evaluated every so
// often from the start, each set of labels pending until it has been there for as long as the rule
// says.
func firing(engine *promql.Engine, series allSeries, rule rulefmt.Rule, every, at time.Duration) ([]string, error) {
	since := map[string]time.Duration{}
	fires := []string{}
	for now := time.Duration(0); now <= at; now += every {
		query, err := engine.NewInstantQuery(context.Background(), series, nil, rule.Expr, time.Unix(0, 0).Add(now))
		if err != nil {
			return nil, err
		}
		result := query.Exec(context.Background())
		vector, err := result.Vector()
		if err != nil {
			return nil, err
		}
		still := map[string]time.Duration{}
		fires = []string{}
		for _, sample := range vector {
			name := alertLabels(sample.Metric, rule)
			started, pending := since[name]
			if !pending {
				started = now
			}
			still[name] = started
			if now-started >= time.Duration(rule.For) {
				fires = append(fires, name)
			}
		}
		since = still
		query.Close()
	}
	slices.Sort(fires)
	return fires, nil
}

func alertLabels(metric labels.Labels, rule rulefmt.Rule) string {
	builder := labels.NewBuilder(metric).Del(labels.MetricName)
	for name, value := range rule.Labels {
		builder.Set(name, value)
	}
	return builder.Labels().String()
}
