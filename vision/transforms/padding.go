package transforms

import "fmt"

// PaddingMode says what lies beyond an image's edges.
type PaddingMode uint8

// The ways to pad. Of a row a b c d, padded by two at either end:
const (
	Constant  PaddingMode = iota // v v a b c d v v: the fill
	Edge                         // a a a b c d d d: the last pixel repeated
	Reflect                      // c b a b c d c b: mirrored at the last pixel
	Symmetric                    // b a a b c d d c: mirrored at the edge
)

var paddingNames = [...]string{"constant", "edge", "reflect", "symmetric"}

// String is torchvision's name of the mode: "edge".
func (m PaddingMode) String() string {
	if int(m) < len(paddingNames) {
		return paddingNames[m]
	}
	return fmt.Sprintf("PaddingMode(%d)", uint8(m))
}

// MarshalText writes the name, so that options in a run's record are readable.
func (m PaddingMode) MarshalText() ([]byte, error) {
	if int(m) >= len(paddingNames) {
		return nil, fmt.Errorf("transforms: there is no padding mode number %d", uint8(m))
	}
	return []byte(paddingNames[m]), nil
}

// UnmarshalText reads a name that MarshalText writes.
func (m *PaddingMode) UnmarshalText(text []byte) error {
	for i, name := range paddingNames {
		if name == string(text) {
			*m = PaddingMode(i)
			return nil
		}
	}
	return fmt.Errorf("transforms: %q is no padding mode; there are %q", text, paddingNames)
}

// at is which of n pixels stands at place i, or -1 for the fill. Mirrored images go on being mirrored, however far i
// lies outside.
func (m PaddingMode) at(i, n int) int {
	if i >= 0 && i < n {
		return i
	}
	switch m {
	case Constant:
		return -1
	case Edge:
		return min(max(i, 0), n-1)
	}
	period, turn := 2*n, 1
	if m == Reflect {
		if n == 1 {
			return 0
		}
		period, turn = 2*n-2, 0
	}
	if i %= period; i < 0 {
		i += period
	}
	if i >= n {
		i = period - turn - i
	}
	return i
}

func checkMode(op string, m PaddingMode) {
	if int(m) >= len(paddingNames) {
		panic(misuse(op, "there is no %v; use Constant, Edge, Reflect or Symmetric", m))
	}
}
