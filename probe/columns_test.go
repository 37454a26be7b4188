package probe_test

import (
	"slices"
	"testing"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/probe"
	"github.com/lumen-ml/lumen/tensor"
)

// TestColumns: the limits of every place are those of the batch, whatever its size, and are looked for until there
// have been enough examples, then with the histograms.
func TestColumns(t *testing.T) {
	xs, ys := batches(t, 1, 2000)
	for _, size := range []int{1, 2, 3, 5, 2000} {
		l := nn.NewLinear(784, 10)
		p := nn.Training(1)
		opt := optim.NewSGD(nn.Parameters(l), optim.DefaultSGD())
		x, y := xs[0].Slice(0, 0, size, 1).Flatten(1).Clone(), ys[0].Slice(0, 0, size, 1).Clone()
		data := tensor.Data[float32](x)
		low, high := slices.Clone(data[:784]), slices.Clone(data[:784])
		for i, v := range data {
			low[i%784], high[i%784] = min(low[i%784], v), max(high[i%784], v)
		}
		var with []int
		probe.Start(p, l, opt, probe.Options{Every: 1, Histograms: 4}, func(s *probe.Step) {
			c := s.Columns
			if c == nil {
				return
			}
			with = append(with, s.Step)
			if c.Examples != size || !slices.Equal(c.Shape, []int{784}) || !slices.Equal(c.Low, low) || !slices.Equal(c.High, high) {
				t.Errorf("a batch of %d, step %d: %d examples of %v, limits are as they should be: %t %t", size, s.Step, c.Examples, c.Shape,
					slices.Equal(c.Low, low), slices.Equal(c.High, high))
			}
		})
		for range 10 {
			loss := nn.CrossEntropy(l.Forward(p, x), y)
			opt.ZeroGrad()
			loss.Backward()
			opt.Step()
		}
		want := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
		if size == 2000 { // 10,000 after five
			want = []int{1, 2, 3, 4, 5, 8}
		}
		if !slices.Equal(with, want) {
			t.Errorf("a batch of %d: columns at steps %v, want %v", size, with, want)
		}
	}
}
