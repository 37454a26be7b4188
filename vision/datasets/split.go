package datasets

import "fmt"

// Split names a part of a set that its authors separated from the rest.
type Split int

const (
	Train Split = iota // to learn from
	Test               // to judge by, and never to choose by
)

// String returns "train" or "test".
func (s Split) String() string {
	switch s {
	case Train:
		return "train"
	case Test:
		return "test"
	}
	return fmt.Sprintf("Split(%d)", int(s))
}

// check refuses what is neither Train nor Test.
func (s Split) check() error {
	if s != Train && s != Test {
		return fmt.Errorf("datasets: there is no split %d; use datasets.Train or datasets.Test", int(s))
	}
	return nil
}
