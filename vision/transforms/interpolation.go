package transforms

import "fmt"

// Interpolation says how values between pixels are found.
type Interpolation uint8

// The interpolations. Rotations and affine maps know the first two.
const (
	Nearest      Interpolation = iota // the pixel at floor(place * input / output); in a rotation the nearest one
	Bilinear                          // a weighted mean of the 2 x 2 pixels around the place
	Bicubic                           // a weighted sum of the 4 x 4 pixels around it, which goes beyond their values
	Area                              // the mean of the pixels that a pixel of the result covers, whole ones: adaptive pooling
	NearestExact                      // the pixel whose centre is nearest, as Pillow has it
)

var interpolationNames = [...]string{"nearest", "bilinear", "bicubic", "area", "nearest-exact"}

// String is PyTorch's name of the interpolation: "bilinear".
func (m Interpolation) String() string {
	if int(m) < len(interpolationNames) {
		return interpolationNames[m]
	}
	return fmt.Sprintf("Interpolation(%d)", uint8(m))
}

// MarshalText writes the name, so that options in a run's record are readable.
func (m Interpolation) MarshalText() ([]byte, error) {
	if int(m) >= len(interpolationNames) {
		return nil, fmt.Errorf("transforms: there is no interpolation number %d", uint8(m))
	}
	return []byte(interpolationNames[m]), nil
}

// UnmarshalText reads a name that MarshalText writes.
func (m *Interpolation) UnmarshalText(text []byte) error {
	for i, name := range interpolationNames {
		if name == string(text) {
			*m = Interpolation(i)
			return nil
		}
	}
	return fmt.Errorf("transforms: %q is no interpolation; there are %q", text, interpolationNames)
}

// checkInterpolation panics unless m is one of the first n.
func checkInterpolation(op string, m Interpolation, n int) {
	if int(m) >= n {
		panic(misuse(op, "the interpolation is one of %q, not %v", interpolationNames[:n], m))
	}
}
