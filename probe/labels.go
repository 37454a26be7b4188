package probe

import (
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// count adds up the labels of a loss: the classes of cross entropy and negative log-likelihood,
// and the zeros and ones of a binary cross entropy with one target an example.
func (s *sample) count(e nn.Event) {
	if len(e.Operands) < 2 || e.Operands[0] == nil || e.Operands[1] == nil {
		return
	}
	pred, target := e.Operands[0], e.Operands[1]
	switch e.Op {
	case "cross_entropy", "nll": // of [classes] or [batch, classes, ...]
		if target.DType() == tensor.Int64 && pred.Dim() > 0 {
			classes := pred.Size(min(1, pred.Dim()-1))
			tensor.Read(target, func(labels []int64) { s.labels = counted(s.labels, classes, labels) })
		}
	case "binary_cross_entropy", "binary_cross_entropy_with_logits":
		if target.Dim() == 0 || target.Numel() != target.Size(0) {
			return
		}
		read(target, func(x []float32) { s.labels = counted(s.labels, 2, binary(x)) }, func(x []float64) { s.labels = counted(s.labels, 2, binary(x)) })
	}
}

// binary is targets as labels; nil if one is neither 0 nor 1.
func binary[T float32 | float64](x []T) []int64 {
	labels := make([]int64, len(x))
	for i, v := range x {
		if v != 0 && v != 1 {
			return nil
		}
		labels[i] = int64(v)
	}
	return labels
}

// counted adds labels to counts by class; those of no class are ignored ones.
func counted(counts []int, classes int, labels []int64) []int {
	if len(labels) == 0 {
		return counts
	}
	for len(counts) < classes {
		counts = append(counts, 0)
	}
	for _, l := range labels {
		if l >= 0 && l < int64(classes) {
			counts[l]++
		}
	}
	return counts
}
