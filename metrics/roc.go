package metrics

import (
	"cmp"
	"math"
	"slices"

	"github.com/lumen-ml/lumen/tensor"
)

// Curve is a receiver operating characteristic: what share of either class has at least a score. The points go from the
// greatest threshold, infinity, where nothing counts as class 1, to the least score, where everything does.
type Curve struct {
	FalsePositiveRate []float64 // of class 0; NaN where there is none
	TruePositiveRate  []float64 // of class 1; NaN where there is none
	Threshold         []float64 // a score of this or more counts as class 1
}

// ROC is the curve whose area [ROCAUC] measures, with a point for every distinct score. The prediction is as there.
func ROC(pred, target *tensor.Tensor, o ...Options) Curve {
	m := &rocAUC{options: option("ROC", o)}
	m.Update(pred, target)
	slices.SortFunc(m.samples, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	positives := 0
	for _, s := range m.samples {
		if s.positive {
			positives++
		}
	}
	negatives := len(m.samples) - positives
	c := Curve{}
	truePositives := 0
	add := func(seen int, threshold float64) {
		c.FalsePositiveRate = append(c.FalsePositiveRate, float64(seen-truePositives)/float64(negatives))
		c.TruePositiveRate = append(c.TruePositiveRate, float64(truePositives)/float64(positives))
		c.Threshold = append(c.Threshold, threshold)
	}
	add(0, math.Inf(1))
	for i, s := range m.samples {
		if s.positive {
			truePositives++
		}
		if i+1 == len(m.samples) || m.samples[i+1].score != s.score {
			add(i+1, s.score)
		}
	}
	return c
}
