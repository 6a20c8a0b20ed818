// Command rulecheck holds rules of Prometheus against its own packages, as promtool does, which
// links every client of every cloud besides and takes minutes to build.
//
// usage: rulecheck check RULES          as "promtool check rules": expressions, templates, names, durations
//
// 	rulecheck test RULES TESTS     as "promtool test rules", of a file with input_series and alert_rule_test
// 	rulecheck parse                each line of the standard input is an expression
//
// It prints a line per problem and exits with 1 if there is one.
package main

import (
	"bufio"
	"fmt"
	"log/slog"
	"os"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
)

var language = parser.NewParser(parser.Options{})

func main() {
	problems := run(os.Args[1:])
	for _, problem := range problems {
		fmt.Println(problem)
	}
	if len(problems) > 0 {
		os.Exit(1)
	}
}

func run(args []string) []error {
	switch {
	case len(args) == 2 && args[0] == "check":
		_, problems := rules(args[1])
		return problems
	case len(args) == 3 && args[0] == "test":
		groups, problems := rules(args[1])
		if len(problems) > 0 {
			return problems
		}
		return testAll(groups, args[2])
	case len(args) == 1 && args[0] == "parse":
		return parseLines()
	}
	return []error{fmt.Errorf("usage: rulecheck check RULES | test RULES TESTS | parse")}
}

func rules(file string) (*rulefmt.RuleGroups, []error) {
	return rulefmt.ParseFile(file, false, model.UTF8Validation, language, slog.Default())
}

func parseLines() (problems []error) {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		if _, err := language.ParseExpr(lines.Text()); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", lines.Text(), err))
		}
	}
	return problems
}
