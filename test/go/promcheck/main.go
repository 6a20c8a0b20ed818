// Command promcheck lints metrics as `promtool check metrics` does, by the package that does it
// there: the text on its standard input is parsed, and names, units, types and help texts are held
// against Prometheus' conventions. It prints a line per problem and exits with 1 if there is
// one.
package main

import (
	"fmt"
	"os"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
)

func main() {
	problems, err := promlint.New(os.Stdin).Lint()
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	for _, problem := range problems {
		fmt.Printf("%s: %s\n", problem.Metric, problem.Text)
	}
	if len(problems) > 0 {
		os.Exit(1)
	}
}
