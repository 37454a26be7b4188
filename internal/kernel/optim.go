package kernel

import "math"

// tiny is below the smallest normal float32. Optimizer state that decays into
// denormals, as the momentum of dead units does, would make every later step
// slow; it is set to zero instead.
const tiny = 1.2e-38

// flush turns what is closer to zero than tiny into zero. Comparing the
// magnitude leaves one branch, which is predicted; the sign is a coin's toss.
func flush[T Float](v T) T {
	if math.Abs(float64(v)) < tiny {
		return 0
	}
	return v
}
