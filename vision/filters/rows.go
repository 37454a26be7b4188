package filters

import (
	"sync"

	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
)

// filter computes all results, row by row. Rows are cut into parts for the threads; each
// part reads image rows from top to bottom, so that they stay in the cache while the
// kernel's rows pass over them.
func filter[T float32 | uint8](p *plan, out, in []T) {
	planes := len(in) / (p.vertical.pixels * p.horizontal.pixels)
	const least = 1 << 14 // sums worth a thread of their own
	work := p.horizontal.results * (used(p.weights) + 4)
	if p.column != nil {
		work = p.horizontal.results * (used(p.column) + used(p.row) + 4)
	}
	pool.For(planes*p.vertical.results, least/max(work, 1)+1, func(lo, hi int) {
		s := scratches.Get().(*scratch)
		s.begin(p)
		defer s.end()
		for i := lo; i < hi; i++ {
			plane, y := i/p.vertical.results, i%p.vertical.results
			if y == 0 || i == lo {
				s.forget()
			}
			image := in[plane*p.vertical.pixels*p.horizontal.pixels:][:p.vertical.pixels*p.horizontal.pixels]
			result := out[i*p.horizontal.results:][:p.horizontal.results]
			if direct, ok := any(result).([]float32); ok && p.horizontal.stride == 1 {
				sumRow(s, image, y, direct)
				continue
			}
			sumRow(s, image, y, s.dense)
			thin(result, s)
		}
	})
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// scratch is the memory of one part.
type scratch struct {
	*plan
	padded  []float32   // a row between two passes, with what stands beyond its ends
	dense   []float32   // results without stride, as sums
	lines   []line      // of the image
	clock   int         // counts result rows
	sources [][]float32 // of a sum
	factors []float32   // and what each is multiplied by
}

// line is a row of the image as float32, with what stands beyond its ends.
type line struct {
	row   int // of the image; -1: none yet
	used  int // when it was used last
	value []float32
}

func (s *scratch) begin(p *plan) {
	s.plan = p
	dense := (p.horizontal.results-1)*p.horizontal.stride + 1
	length := max(dense+(p.horizontal.taps-1)*p.horizontal.dilation, p.horizontal.before+p.horizontal.pixels)
	s.padded, s.dense = grown(s.padded, length), grown(s.dense, dense)
	if cap(s.lines) < p.vertical.taps {
		s.lines = append(s.lines[:cap(s.lines)], make([]line, p.vertical.taps-cap(s.lines))...)
	}
	s.lines = s.lines[:p.vertical.taps]
	s.forget()
}

// end gives the memory back, but for what is the image's.
func (s *scratch) end() {
	clear(s.sources[:cap(s.sources)])
	s.plan = nil
	scratches.Put(s)
}

// forget makes room for the lines of another image.
func (s *scratch) forget() {
	s.clock = 0
	for i := range s.lines {
		s.lines[i].row, s.lines[i].used = -1, -1
	}
}

func grown(x []float32, n int) []float32 {
	if cap(x) < n {
		return make([]float32, n)
	}
	return x[:n]
}

// sumRow computes the sums of result row y for every column, stride or not.
func sumRow[T float32 | uint8](s *scratch, image []T, y int, dst []float32) {
	s.clock++
	s.sources, s.factors = s.sources[:0], s.factors[:0]
	width := s.horizontal.taps
	if s.column == nil {
		for i := range s.vertical.taps {
			weights := s.weights[i*width:][:width]
			if used(weights) == 0 {
				continue
			}
			if row := s.padding.source(s.vertical.at(y, i), s.vertical.pixels); row >= 0 {
				s.add(lineOf(s, image, row, true), weights, len(dst))
			}
		}
		kernel.WeightedSum(dst, s.sources, s.factors, s.delta)
		return
	}
	for i, w := range s.column {
		row := s.padding.source(s.vertical.at(y, i), s.vertical.pixels)
		if w == 0 || row < 0 {
			continue
		}
		x, ok := any(image).([]float32)
		if ok {
			x = x[row*s.horizontal.pixels:][:s.horizontal.pixels]
		} else {
			x = s.inside(lineOf(s, image, row, false))
		}
		s.sources, s.factors = append(s.sources, x), append(s.factors, float32(w))
	}
	kernel.WeightedSum(s.inside(s.padded), s.sources, s.factors, 0)
	s.extend(s.padded)
	s.sources, s.factors = s.sources[:0], s.factors[:0]
	s.add(s.padded, s.row, len(dst))
	kernel.WeightedSum(dst, s.sources, s.factors, s.delta)
}

// add makes sources of a padded row, one for each weight that is not 0.
func (s *scratch) add(padded []float32, weights []float64, n int) {
	for j, w := range weights {
		if w != 0 {
			s.sources, s.factors = append(s.sources, padded[j*s.horizontal.dilation:][:n]), append(s.factors, float32(w))
		}
	}
}

// inside is the part of a padded row that is the image's.
func (s *scratch) inside(padded []float32) []float32 {
	return padded[s.horizontal.before:][:s.horizontal.pixels]
}

// extend writes what stands beyond the ends of a padded row.
func (s *scratch) extend(padded []float32) {
	a := s.horizontal
	fill := func(from, to int) {
		for i := from; i < to; i++ {
			padded[i] = 0
			if at := s.padding.source(i-a.before, a.pixels); at >= 0 {
				padded[i] = padded[a.before+at]
			}
		}
	}
	fill(0, a.before)
	fill(a.before+a.pixels, len(padded))
}

// lineOf returns a row of the image as float32, padded if the ends are wanted.
func lineOf[T float32 | uint8](s *scratch, image []T, row int, ends bool) []float32 {
	var oldest *line
	for i := range s.lines {
		l := &s.lines[i]
		if l.row == row {
			l.used = s.clock
			return l.value
		}
		if oldest == nil || l.used < oldest.used {
			oldest = l
		}
	}
	oldest.row, oldest.used = row, s.clock
	oldest.value = grown(oldest.value, len(s.padded))
	pixels := image[row*s.horizontal.pixels:][:s.horizontal.pixels]
	switch pixels := any(pixels).(type) {
	case []float32:
		copy(s.inside(oldest.value), pixels)
	case []uint8:
		kernel.Convert(s.inside(oldest.value), pixels)
	}
	if ends {
		s.extend(oldest.value)
	}
	return oldest.value
}

// thin writes every result that stride leaves.
func thin[T float32 | uint8](result []T, s *scratch) {
	sums := s.dense
	if stride := s.horizontal.stride; stride > 1 {
		for i := range result {
			sums[i] = sums[i*stride]
		}
		sums = sums[:len(result)]
	}
	switch result := any(result).(type) {
	case []float32:
		copy(result, sums)
	case []uint8:
		kernel.Saturate(result, sums)
	}
}
