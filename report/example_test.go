package report_test

import (
	"fmt"
	"os"

	"github.com/lumen-ml/lumen/report"
)

// What the folder of a short run on MNIST has to say.
func Example() {
	run, err := report.Read("testdata/short")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(run.How())
	fmt.Printf("%d steps with statistics, %d epochs\n", len(run.Samples), len(run.Epochs))
	// Output:
	// finished: 3 of 3 epochs, 81 steps
	// 9 steps with statistics, 3 epochs
}

// Two runs: what differs comes first.
func ExampleDifferences() {
	runs, err := report.ReadAll([]string{"testdata/short", "testdata/ill"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range report.Differences(runs) {
		fmt.Println(d.Name, d.Values)
	}
	// Output:
	// lr [1 30]
	// optimizer [adadelta sgd]
	// optimizer type [optim.Adadelta optim.SGD]
	// optimizer lr [1 30]
	// optimizer rho [0.95 ]
	// optimizer eps [1e-8 ]
	// schedule max_lr [1 30]
	// optimizer momentum [ 0.9]
	// optimizer dampening [ 0]
	// optimizer nesterov [ false]
}

func ExampleWriteJSON() {
	run, err := report.Read("testdata/none")
	if err == nil {
		err = report.WriteJSON(os.Stdout, []*report.Run{run})
	}
	fmt.Println(err)
	// Output: testdata/none is not a run's folder: it has no run.json
}
