package train

import (
	"fmt"

	"github.com/lumen-ml/lumen/data"
)

// whole refuses a batch without an example for each of its items: a loss over none is no
// number, and would spoil every weight.
func whole(b *data.Batch) error {
	n := 0
	if b.X != nil && b.X.Dim() > 0 {
		n = b.X.Size(0)
	}
	if n != b.Len() {
		return fmt.Errorf("train: the dataset made a batch of %d examples for %d items: its Collect must make one for each", n, b.Len())
	}
	return nil
}
