package filters

import (
	"fmt"
	"slices"
	"strings"
)

// Padding says what stands beyond the edge of an image. All are legal for kernels of any
// size. Of a row a b c d, with three more at either end:
type Padding uint8

// The paddings, and their names elsewhere.
const (
	Zero      Padding = iota // 0 0 0 a b c d 0 0 0: OpenCV's BORDER_CONSTANT, scipy's constant
	Reflect                  // d c b a b c d c b a: PyTorch's reflect, OpenCV's BORDER_REFLECT_101, scipy's mirror
	Replicate                // a a a a b c d d d d: OpenCV's BORDER_REPLICATE, scipy's nearest
	Circular                 // b c d a b c d a b c: OpenCV's BORDER_WRAP, scipy's grid-wrap
	None                     // results only where the kernel lies inside: "valid"
)

var paddingNames = []string{"zero", "reflect", "replicate", "circular", "none"}

// String is the padding's name, such as "reflect".
func (p Padding) String() string {
	if int(p) < len(paddingNames) {
		return paddingNames[p]
	}
	return fmt.Sprintf("Padding(%d)", uint8(p))
}

// MarshalText writes the name, so that options are readable where they are recorded.
func (p Padding) MarshalText() ([]byte, error) {
	if int(p) >= len(paddingNames) {
		return nil, fmt.Errorf("filters: there is no %v", p)
	}
	return []byte(p.String()), nil
}

// UnmarshalText reads a name.
func (p *Padding) UnmarshalText(text []byte) error {
	i := slices.Index(paddingNames, string(text))
	if i < 0 {
		return fmt.Errorf("there is no padding %q; there are %s", text, strings.Join(paddingNames, ", "))
	}
	*p = Padding(i)
	return nil
}

// source is which of n elements stands at place i, which may lie beyond the ends; -1 stands
// for a zero.
func (p Padding) source(i, n int) int {
	if i >= 0 && i < n {
		return i
	}
	switch p {
	case Reflect:
		if n == 1 {
			return 0
		}
		period := 2 * (n - 1)
		i = (i%period + period) % period
		return min(i, period-i)
	case Replicate:
		return min(max(i, 0), n-1)
	case Circular:
		return (i%n + n) % n
	}
	return -1
}
