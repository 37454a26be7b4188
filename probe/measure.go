package probe

import (
	"math"

	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/tensor"
)

// distribution is a Summary in the making, which another can be joined to.
type distribution struct {
	kernel.Summary        // of the elements that were looked at
	whole          bool   // look at all
	passed         int    // elements that were not
	parts          []part // of the chunks of the last tensor
	histogram      *Histogram
}

// part is what was seen of a chunk.
type part struct {
	kernel.Summary
	passed int // elements that were not looked at
	most   int // where the block with the greatest magnitude begins, in the chunk
}

// block is how many neighbours are looked at together, and enough how many elements of a tensor are to be about
// looked at: mean and deviation of so many are as good as those of all, to a few percent.
const (
	block  = 512
	enough = 8 << 10
)

// looked reports whether block number i is looked at of a tensor of n elements: each where there are not many
// more than enough, else as many as that, at the multiples of the golden section, which keeps
// step with no row, channel or example.
func looked(i, n int) bool {
	if n <= 2*enough {
		return true
	}
	const golden = 0x9e3779b97f4a7c15 // 2^64 by the golden section
	return uint64(i)*golden < math.MaxUint64/uint64(n)*enough
}

// take adds the elements of t, of a float type.
func (d *distribution) take(t *tensor.Tensor, histogram bool) {
	read(t, func(x []float32) { take(d, x, histogram) }, func(x []float64) { take(d, x, histogram) })
}

func take[T kernel.Float](d *distribution, x []T, histogram bool) {
	if chunks := (len(x) + chunk - 1) / chunk; cap(d.parts) < chunks {
		d.parts = make([]part, chunks)
	} else {
		d.parts = d.parts[:chunks]
	}
	n := len(x)
	if d.whole {
		n = 0
	}
	threads(len(x), func(i, from, to int) { d.parts[i] = partOf(x[from:to], from/block, n) })
	var s kernel.Summary
	for _, p := range d.parts {
		s = s.Join(p.Summary)
		d.passed += p.passed
	}
	d.Summary = d.Summary.Join(s)
	if histogram && s.Finite > 0 {
		d.histogram = d.histogram.join(histogramOf(x, s.Min, s.Max))
	}
}

// partOf looks at a chunk whose first block has the number first, in a tensor of n elements.
func partOf[T kernel.Float](x []T, first, n int) part {
	var p part
	size := -1.0
	for i, from := first, 0; from < len(x); i, from = i+1, from+block {
		b := x[from:min(from+block, len(x))]
		if !looked(i, n) {
			p.passed += len(b)
			continue
		}
		s := kernel.Summarise(b)
		if m := s.Magnitude(); m > size {
			p.most, size = from, m
		}
		p.Summary = p.Join(s)
	}
	return p
}

// search finds what is not finite among the elements of x that take passed over, and says where the
// first is, -1 for nowhere.
func search[T kernel.Float](d *distribution, x []T) (first int) {
	first = -1
	for i, from := 0, 0; from < len(x); i, from = i+1, from+block {
		if looked(i, len(x)) {
			continue
		}
		for k, v := range x[from:min(from+block, len(x))] {
			if v-v == 0 {
				continue
			}
			if first < 0 {
				first = from + k
			}
			d.passed--
			if v != v {
				d.NaN++
			} else {
				d.Inf++
			}
		}
	}
	return first
}

// count is how many elements were taken.
func (d *distribution) count() int { return d.Finite + d.passed + d.NaN + d.Inf }

// summary is what was taken, nil if nothing was.
func (d *distribution) summary() *Summary {
	finite, all := float64(d.Finite), d.count()
	s := &Summary{Count: all, Mean: math.NaN(), Std: math.NaN(), MeanAbs: math.NaN(), Min: math.NaN(), Max: math.NaN(), Histogram: d.histogram}
	if d.Finite > 0 {
		s.Mean, s.Std, s.MeanAbs, s.Min, s.Max = d.Mean, math.Sqrt(d.M2/finite), d.SumAbs/finite, d.Min, d.Max
	}
	if all > 0 {
		s.Zeros, s.NonFinite = float64(d.Zeros)/float64(all-d.passed), float64(d.NaN+d.Inf)/float64(all)
	}
	switch {
	case d.NaN > 0:
		s.Norm = math.NaN()
	case d.Inf > 0:
		s.Norm = math.Inf(1)
	default:
		s.Norm = math.Hypot(math.Sqrt(d.M2), math.Sqrt(finite)*d.Mean)
		if d.passed > 0 && finite > 0 {
			s.Norm *= math.Sqrt(1 + float64(d.passed)/finite)
		}
	}
	return s
}

// place finds in x, whose chunks d has seen last, the first element that is not finite, else one of
// the greatest magnitude that was looked at; -1 in no elements.
func place[T kernel.Float](d *distribution, x []T) (at int, size float64, finite bool) {
	at, finite = -1, true
	chunkOf := -1
	for i, p := range d.parts {
		if p.NaN+p.Inf > 0 {
			chunkOf, finite = i, false
			break
		}
		if m := p.Magnitude(); chunkOf < 0 || m > size {
			chunkOf, size = i, m
		}
	}
	if chunkOf < 0 {
		return at, size, finite
	}
	from, to := chunkOf*chunk, min((chunkOf+1)*chunk, len(x))
	if finite {
		from += d.parts[chunkOf].most
		to = min(from+block, to)
	}
	for i, v := range x[from:to] {
		if finite && math.Abs(float64(v)) == size || !finite && v-v != 0 {
			return from + i, size, finite
		}
	}
	return at, size, finite
}
