package tensor_test

import (
	"fmt"

	"github.com/lumen-ml/lumen/tensor"
)

var _ = op(row{Name: "NLL", Func: tensor.NLL, Cases: nllCases()})

func nllCases() []opCase {
	var cases []opCase
	weights := []float64{0.5, 2, 1.25}
	for _, r := range reductions {
		for _, weighted := range []bool{false, true} {
			o := tensor.NLLOptions{Reduction: r, Ignore: []int64{0}}
			torch := fmt.Sprintf("F.nll_loss(x[0], x[1], reduction='%v', ignore_index=0", r)
			if weighted {
				torch += ", weight=torch.tensor([0.5, 2, 1.25], dtype=x[0].dtype)"
			}
			f := one(func(x []*tensor.Tensor) *tensor.Tensor {
				o := o
				if weighted {
					o.Weight = tensor.FromSlice(weights).To(x[0].DType())
				}
				return tensor.NLL(x[0], x[1], o)
			})
			label := fmt.Sprintf("%v weighted %v", r, weighted)
			cases = append(cases,
				opCase{Label: label, Torch: torch + ")", F: f,
					In: []in{{Shape: []int{4, 3}}, labels([]float64{2, 0, 1, 1}, 4)}},
				opCase{Label: label + " image", Torch: torch + ")", F: f,
					In: []in{{Shape: []int{2, 3, 1, 2}}, labels([]float64{2, 0, 1, 1}, 2, 1, 2)}},
				opCase{Label: label + " one", Torch: torch + ")", F: f,
					In: []in{{Shape: []int{3}}, labels([]float64{1})}},
				opCase{Label: label + " ignored", Torch: torch + ")", F: f, Kinks: true,
					In: []in{{Shape: []int{2, 3}}, labels([]float64{0, 0}, 2)}})
		}
	}
	return cases
}
