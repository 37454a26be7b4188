package tensor

// InstanceNorm is torch.nn.functional.instance_norm with the input's own statistics
// (Ulyanov, Vedaldi and Lempitsky 2016): each channel of each element of x, [batch,
// channels, d1, ...], is brought to mean 0 and (biased) variance 1, then scaled and
// shifted by weight and bias, [channels] or nil.
func InstanceNorm(x, weight, bias *Tensor, eps float64) *Tensor {
	const op = "InstanceNorm"
	c := checkImages(op, x, weight, bias, 3)
	if volume(x, 2) == 1 {
		badShape(op, []*Tensor{x}, "expected more than 1 spatial element: a single value has no variance")
	}
	return groupNorm(op, "instance_norm", x, x.a.Size(0), c, max(c, 1), weight, bias, eps)
}
