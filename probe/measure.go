package probe

import (
	"math"

	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
	"github.com/lumen-ml/lumen/tensor"
)

// distribution is a Summary in the making, which another can be joined to.
type distribution struct {
	kernel.Summary // of the elements that were looked at
	passed         int
	histogram      *Histogram
}

// seen are the elements of a tensor that were looked at, one after the other, and what they are like.
type seen[T kernel.Float] struct {
	kernel.Summary
	x      []T
	parts  []kernel.Summary
	n      int   // elements of the tensor
	blocks []int // which they are; nil for all
}

// memory is what goes from one sample to the next: what elements are gathered in, and counts.
type memory struct {
	f32   []float32
	f64   []float64
	parts []kernel.Summary
	which map[int][]int // blocks that are looked at, by the number of elements

	examples int // that Columns were made of
}

// blocks are the numbers of the blocks that are looked at of n elements.
func (m *memory) blocks(n int) []int {
	list, ok := m.which[n]
	if !ok {
		for which, i := lookedOf(n), 0; i*block < n; i++ {
			if which.at(i) {
				list = append(list, i)
			}
		}
		if m.which == nil {
			m.which = map[int][]int{}
		}
		m.which[n] = list
	}
	return list
}

// room is the memory for elements of type T.
func room[T kernel.Float](m *memory) *[]T {
	if f, ok := any(&m.f32).(*[]T); ok {
		return f
	}
	return any(&m.f64).(*[]T)
}

// block is how many neighbours are looked at together, and enough how many elements of a tensor are to be about
// looked at: mean and deviation of so many are as good as those of all, to a few percent.
const (
	block  = 512
	enough = 8 << 10
	part   = 1024 // elements that are described together, of whole blocks
)

// looked says which blocks of a tensor are looked at: all of one that has not many
// more elements than enough, else of as many as that, those at the multiples of the golden section, which keeps
// step with no row, channel or example. A last block that is not whole is passed over then.
type looked struct {
	n     int // elements
	limit uint64
}

// lookedOf is for a tensor of n elements.
func lookedOf(n int) looked { return looked{n, math.MaxUint64 / uint64(max(n, 1)) * enough} }

// at reports whether block number i is one of them.
func (l looked) at(i int) bool {
	const golden = 0x9e3779b97f4a7c15 // 2^64 by the golden section
	return l.n <= 2*enough || uint64(i)*golden < l.limit && (i+1)*block <= l.n
}

// look describes the elements of x that are looked at, which lie in m until the next call.
func look[T kernel.Float](m *memory, x []T) seen[T] {
	if len(x) <= 2*enough {
		return lookWhole(m, x)
	}
	blocks, gathered := m.blocks(len(x)), room[T](m)
	if cap(*gathered) < len(blocks)*block {
		*gathered = make([]T, len(blocks)*block)
	}
	s := seen[T]{x: (*gathered)[:len(blocks)*block], n: len(x), blocks: blocks}
	s.summarise(m, func(from, to int) {
		for k := from / block; k < to/block; k++ {
			copy(s.x[k*block:(k+1)*block], x[blocks[k]*block:])
		}
	})
	return s
}

// lookWhole is look at all elements.
func lookWhole[T kernel.Float](m *memory, x []T) seen[T] {
	s := seen[T]{x: x, n: len(x)}
	s.summarise(m, nil)
	return s
}

// summarise describes the elements after f, if there is one, has put them there, part by part.
func (s *seen[T]) summarise(m *memory, f func(from, to int)) {
	n := (len(s.x) + part - 1) / part
	if cap(m.parts) < n {
		m.parts = make([]kernel.Summary, n)
	}
	s.parts = m.parts[:n]
	const worth = 4 // so many parts, that another thread does some
	pool.For(n, worth, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			from, to := i*part, min((i+1)*part, len(s.x))
			if f != nil {
				f(from, to)
			}
			s.parts[i] = kernel.Summarise(s.x[from:to])
		}
	})
	for _, p := range s.parts {
		s.Summary = s.Join(p)
	}
}

// take adds the elements of t that are looked at; t is of a float type.
func (d *distribution) take(m *memory, t *tensor.Tensor, histogram bool) {
	read(t, func(x []float32) { take(d, look(m, x), histogram) }, func(x []float64) { take(d, look(m, x), histogram) })
}

// takeWhole adds all elements of t.
func (d *distribution) takeWhole(m *memory, t *tensor.Tensor, histogram bool) {
	read(t, func(x []float32) { take(d, lookWhole(m, x), histogram) }, func(x []float64) { take(d, lookWhole(m, x), histogram) })
}

func take[T kernel.Float](d *distribution, s seen[T], histogram bool) {
	d.Summary = d.Join(s.Summary)
	d.passed += s.n - len(s.x)
	if histogram && s.Finite > 0 {
		d.histogram = d.histogram.join(histogramOf(s.x, s.Min, s.Max))
	}
}

// search finds what is not finite among the elements of x that look passed over, and says where the
// first is, -1 for nowhere.
func search[T kernel.Float](d *distribution, x []T) (first int) {
	first = -1
	which := lookedOf(len(x))
	for i, from := 0, 0; from < len(x); i, from = i+1, from+block {
		if which.at(i) {
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

// place is where in the tensor the first element that is not finite stands, else one of
// the greatest magnitude, of those that were looked at; -1 in no elements. It must be asked for before the next look.
func (s *seen[T]) place() (at int, size float64, finite bool) {
	size, finite = s.Magnitude(), s.NaN+s.Inf == 0
	for i, p := range s.parts {
		if finite && p.Magnitude() != size || !finite && p.NaN+p.Inf == 0 {
			continue
		}
		for k, v := range s.x[i*part : min((i+1)*part, len(s.x))] {
			if finite && math.Abs(float64(v)) == size || !finite && v-v != 0 {
				return s.at(i*part + k), size, finite
			}
		}
	}
	return -1, size, finite
}

// at is where the i-th of the elements that were looked at stands in the tensor.
func (s *seen[T]) at(i int) int {
	if s.blocks == nil {
		return i
	}
	return s.blocks[i/block]*block + i%block
}
