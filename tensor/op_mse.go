package tensor

import "github.com/lumen-ml/lumen/internal/nd"

// MSELoss is torch.nn.functional.mse_loss: (x-target)² of predictions x and a target of
// their shape and type, reduced.
func MSELoss(x, target *Tensor, r Reduction) *Tensor {
	return distanceLoss("MSELoss", "mse_loss", x, target, nd.Distance{Kind: nd.SquaredDistance}, r)
}
