package report

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"io/fs"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lumen-ml/lumen/format/safetensors"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/train"
)

// Tensor is a tensor of the run's weights.
type Tensor struct {
	Name  string
	Shape []int
}

const (
	mostFilters = 64      // that are shown
	mostWeights = 1 << 22 // elements of a first layer that is looked at
)

// Filters are the weights of the first layer as pictures.
type Filters struct {
	Name                    string // of the tensor
	Total                   int    // of which the first 64 are there
	Channels, Height, Width int
	Limit                   float64     // the greatest size of a finite weight among them
	Weights                 [][]float64 // of each filter: channel by channel, row by row
}

// weights reads the names and shapes of the weights, and the first layer's values.
func (r *Run) weights() {
	name, prefix := train.ModelFile, ""
	if !r.exists(name) {
		name, prefix = train.LastCheckpoint, "model."
	}
	f, err := safetensors.Open(filepath.Join(r.Dir, name))
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			r.problem(err)
		}
		return
	}
	defer f.Close()
	for _, full := range f.Names() {
		if own, ok := strings.CutPrefix(full, prefix); ok {
			info, _ := f.Info(full)
			r.Tensors = append(r.Tensors, Tensor{own, info.Shape})
		}
	}
	order := map[string]int{}
	if len(r.Samples) > 0 {
		for i, p := range r.Samples[0].Params {
			order[p.Name] = i + 1
		}
	}
	slices.SortStableFunc(r.Tensors, func(a, b Tensor) int { // what no sample has, running statistics, goes last
		x, y := order[a.Name], order[b.Name]
		if x == 0 {
			x = math.MaxInt
		}
		if y == 0 {
			y = math.MaxInt
		}
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	for i := range r.Tensors {
		first := &r.Tensors[i]
		c, h, w, ok := r.picture(first)
		if !ok {
			continue
		}
		t, err := f.Tensor(prefix + first.Name)
		if err != nil {
			r.problem(err)
			return
		}
		r.Filters = filters(first, t, c, h, w)
		break
	}
	for i := range r.Tensors {
		r.Tensors[i].Name = printable(r.Tensors[i].Name)
	}
}

// picture reports whether a tensor's rows can be seen as pictures: convolution kernels over grey or coloured images, or
// the weights of a linear layer over their pixels.
func (r *Run) picture(t *Tensor) (channels, height, width int, ok bool) {
	image := r.image()
	count := 1
	for _, d := range t.Shape {
		if d < 1 || d > mostWeights {
			return 0, 0, 0, false
		}
		if count *= d; count > mostWeights {
			return 0, 0, 0, false
		}
	}
	switch {
	case len(t.Shape) == 4 && (t.Shape[1] == 1 || t.Shape[1] == 3) && t.Shape[2]*t.Shape[3] > 1:
		return t.Shape[1], t.Shape[2], t.Shape[3], image == nil || image[0] == t.Shape[1]
	case len(t.Shape) == 2 && image != nil && (image[0] == 1 || image[0] == 3) && t.Shape[1] == image[0]*image[1]*image[2]:
		return image[0], image[1], image[2], true
	}
	return 0, 0, 0, false
}

// image is the shape of the run's images, nil if the options do not say it.
func (r *Run) image() []int {
	for _, o := range r.Options {
		if o.Name != "shape" {
			continue
		}
		var c, h, w int
		if n, err := fmt.Sscanf(o.Value, "%d, %d, %d", &c, &h, &w); err == nil && n == 3 && min(c, h, w) > 0 && max(c, h, w) <= 1<<16 {
			return []int{c, h, w}
		}
	}
	return nil
}

func filters(t *Tensor, values *tensor.Tensor, c, h, w int) *Filters {
	f := &Filters{Name: printable(t.Name), Total: t.Shape[0], Channels: c, Height: h, Width: w}
	size := c * h * w
	data := tensor.Data[float64](values.To(tensor.Float64))
	for k := range min(f.Total, mostFilters) {
		one := data[k*size : (k+1)*size]
		f.Weights = append(f.Weights, one)
		for _, v := range one {
			if a := math.Abs(v); a > f.Limit && !math.IsInf(a, 0) {
				f.Limit = a
			}
		}
	}
	return f
}

// broken is the colour of a weight that is not a number.
var broken = color.NRGBA{0xff, 0xd4, 0x00, 0xff}

// image draws filter k, one pixel a weight: of one channel blue below zero, white at it and red above; of three, grey at zero.
func (f *Filters) image(k int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, f.Width, f.Height))
	plane := f.Height * f.Width
	for i := range plane {
		at := func(c int) float64 { return f.Weights[k][c*plane+i] / max(f.Limit, 1e-300) }
		pixel := signed(at(0))
		if f.Channels == 3 {
			r, g, b := at(0), at(1), at(2)
			pixel = color.NRGBA{level(r), level(g), level(b), 255}
			if !finite(r) || !finite(g) || !finite(b) {
				pixel = broken
			}
		}
		m.SetNRGBA(i%f.Width, i/f.Width, pixel)
	}
	return m
}

func level(v float64) uint8 { return uint8(math.Round(127.5 + 127.5*min(max(v, -1), 1))) }

// signed goes from blue at -1 over white to red at 1, which people with any colour vision tell apart.
func signed(v float64) color.NRGBA {
	if !finite(v) {
		return broken
	}
	v = min(max(v, -1), 1)
	end := [3]float64{0xb2, 0x18, 0x2b}
	if v < 0 {
		end = [3]float64{0x21, 0x66, 0xac}
	}
	mix := func(c int) uint8 { return uint8(math.Round(255 + math.Abs(v)*(end[c]-255))) }
	return color.NRGBA{mix(0), mix(1), mix(2), 255}
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
