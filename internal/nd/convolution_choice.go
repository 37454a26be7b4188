package nd

// prefersLanes tells whether the gradient by the weight is computed with output channels
// in the lanes.
func prefersLanes(x, y, weight *Array, g ConvGeometry) bool {
	return lanes(x, y, weight, g) && y.Size(1)/g.Groups%16 == 0
}
