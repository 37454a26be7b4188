package metrics

import "fmt"

// Average says how the figures of several classes become one.
type Average int

const (
	Binary   Average = iota // class 1 of two alone
	Macro                   // the mean over classes, each counting the same
	Micro                   // the figure of all classes' counts added up
	Weighted                // the mean over classes, each counting as often as it is true
)

var averageNames = [...]string{"binary", "macro", "micro", "weighted"}

// String is scikit-learn's name: "macro".
func (a Average) String() string {
	if a < Binary || a > Weighted {
		return fmt.Sprintf("Average(%d)", int(a))
	}
	return averageNames[a]
}
