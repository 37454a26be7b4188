package nd

// prefersLanes tells whether the gradient by the weight is computed with output channels
// in the lanes.
func prefersLanes(x, y, weight *Array, g ConvGeometry) bool {
	return lanes(x, y, weight, g) && y.Size(1)/g.Groups%16 == 0
}

// prefersFold tells whether the gradient by the input is computed by way of sums over
// the kernel's rows alone.
func prefersFold(dst, y, weight *Array, g ConvGeometry) bool {
	return folds(dst, y, weight, g) &&
		dst.Size(1)*weight.Size(3) <= 40 && dst.Size(1)*weight.Size(3)*dst.Size(2)*y.Size(3) <= 64<<10
}

// prefersPixels tells whether a convolution is computed with output channels in the
// lanes.
func prefersPixels(x, weight, y *Array, g ConvGeometry) bool {
	o, taps := y.Size(1)/g.Groups, weight.Numel()/weight.Size(0)
	return pixels(x, weight, y, g) && !padsWell(y.Size(3)) && y.Size(2)*y.Size(3) >= 64 && o*taps <= 8<<10
}
