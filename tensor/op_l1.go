package tensor

import "github.com/lumen-ml/lumen/internal/nd"

// L1Loss is torch.nn.functional.l1_loss: |x-target| of predictions x and a target of
// their shape and type, reduced. Where the two are equal the gradient is 0.
func L1Loss(x, target *Tensor, r Reduction) *Tensor {
	return distanceLoss("L1Loss", "l1_loss", x, target, nd.Distance{Kind: nd.AbsoluteDistance}, r)
}
