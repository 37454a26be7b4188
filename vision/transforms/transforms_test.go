package transforms_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/data/datatest"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision/datasets"
	"github.com/lumen-ml/lumen/vision/transforms"
)

func stream(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 7)) }

// counting is an image whose pixels count from 0, by 1/256 in floats.
func counting(c, h, w int) *tensor.Tensor {
	return tensor.Arange(0, float64(c*h*w), 1).DivScalar(256).Reshape(c, h, w)
}

func octets(c, h, w int) *tensor.Tensor {
	x := make([]uint8, c*h*w)
	for i := range x {
		x[i] = uint8(37*i + i/5)
	}
	return tensor.FromSlice(x, c, h, w)
}

func values(x *tensor.Tensor) []float32 { return tensor.Data[float32](x.To(tensor.Float32)) }

func same(a, b *tensor.Tensor) bool {
	return a.DType() == b.DType() && slices.Equal(a.Shape(), b.Shape()) && slices.Equal(values(a), values(b))
}

// everything is one of each transform, for RGB images of 12 x 10 that are bytes.
func everything() []transforms.Transform {
	erasing, resized := transforms.DefaultRandomErasing(), transforms.DefaultRandomResizedCrop()
	noise := erasing
	noise.Noise = true
	return []transforms.Transform{
		transforms.NewRandomCrop(12, 10, transforms.RandomCropOptions{Padding: 2, Fill: []float64{1, 2, 3}}),
		transforms.NewRandomCrop(16, 8, transforms.RandomCropOptions{PadIfNeeded: true, PaddingMode: transforms.Reflect}),
		transforms.NewCenterCrop(8, 12),
		transforms.NewPad(1, 2, 3, 4, transforms.Edge),
		transforms.NewRandomHorizontalFlip(0.5),
		transforms.NewRandomVerticalFlip(0.5),
		transforms.NewResize(9, 11, transforms.Bilinear, true),
		transforms.NewResize(7, 11, transforms.NearestExact, true),
		transforms.NewResizeShorter(6, transforms.Bicubic, true),
		transforms.NewRandomResizedCrop(8, 8, resized),
		transforms.NewRandomRotation(-30, 30, false, transforms.WarpOptions{Interpolation: transforms.Bilinear, Fill: []float64{9}}),
		transforms.Compose(transforms.NewRandomRotation(-30, 30, true, transforms.WarpOptions{}), transforms.NewResize(10, 10, transforms.Area, false)),
		transforms.NewRandomAffine(transforms.RandomAffineOptions{Degrees: [2]float64{-10, 10}, Translate: [2]float64{0.2, 0.1}, Scale: [2]float64{0.8, 1.2}, Shear: [4]float64{-5, 5, -5, 5}}),
		transforms.NewColorJitter(transforms.ColorJitterOptions{Brightness: 0.4, Contrast: 0.4, Saturation: 0.4, Hue: 0.1}),
		transforms.NewGrayscale(1),
		transforms.NewRandomApply(transforms.NewGrayscale(3), 0.3),
		transforms.NewGaussianBlur(5, 0.1, 2),
		transforms.NewRandomErasing(0.7, erasing),
		transforms.NewToFloat(),
		transforms.Compose(transforms.NewToFloat(), transforms.NewRandomErasing(0.7, noise), transforms.NewNormalize([]float64{0.5, 0.4, 0.3}, []float64{0.2})),
		transforms.Compose(),
	}
}

// TestSameStreamSameImage: a transform is a function of the image and the stream, on images alone, in batches, after other
// images, and leaves the image as it is.
func TestSameStreamSameImage(t *testing.T) {
	for _, x := range []*tensor.Tensor{octets(3, 12, 10), transforms.ToFloat(octets(3, 12, 10))} {
		before := x.Clone()
		for _, tr := range everything() {
			var alone []*tensor.Tensor
			for k := range 4 {
				y := transforms.Apply(tr, x, stream(uint64(k)))
				if !same(y, transforms.Apply(tr, x, stream(uint64(k)))) {
					t.Errorf("%v: two images of one stream", tr)
				}
				alone = append(alone, y)
			}
			batch := transforms.ApplyEach(tr, tensor.Stack(0, x, x, x, x), func(k int) *rand.Rand { return stream(uint64(k)) })
			for k, y := range alone {
				if !same(batch.Select(0, k), y) {
					t.Errorf("%v: image %d of a batch is not the image alone", tr, k)
				}
			}
			if !same(x, before) {
				t.Fatalf("%v changed the image it was given", tr)
			}
		}
	}
}

// TestDatasetKeepsItsPromises puts every transform on a set that makes batches and one that does not.
func TestDatasetKeepsItsPromises(t *testing.T) {
	const n = 11
	images := make([]*tensor.Tensor, n)
	rng := stream(1)
	for i := range images {
		images[i] = tensor.RandInt(rng, 0, 256, 3, 12, 10).To(tensor.Uint8)
	}
	whole := data.NewTensors(tensor.Stack(0, images...), tensor.Arange(0, n, 1).To(tensor.Int64))
	itemwise := data.Map(whole, func(x, y *tensor.Tensor, _ *rand.Rand) (*tensor.Tensor, *tensor.Tensor, error) { return x, y, nil })
	for _, tr := range everything() {
		for _, set := range []data.Dataset{whole, itemwise} {
			transformed := transforms.Dataset(set, tr)
			if err := datatest.TestDataset(transformed); err != nil {
				t.Errorf("%v on %T: %v", tr, set, err)
			}
			if _, was := set.(data.Collector); was {
				if _, is := transformed.(data.Collector); !is {
					t.Errorf("%v: a Collector became %T", tr, transformed)
				}
			}
			// One on the other: both draw from an item's stream, one after the other.
			again := transforms.NewRandomCrop(4, 4, transforms.RandomCropOptions{PadIfNeeded: true})
			if err := datatest.TestDataset(transforms.Dataset(transformed, again)); err != nil {
				t.Errorf("%v on %v on %T: %v", again, tr, set, err)
			}
		}
	}
}

// TestSameBatchesForAnyNumberOfWorkers: same seed, same augmentation, any number of workers: same batches.
func TestSameBatchesForAnyNumberOfWorkers(t *testing.T) {
	raw, err := datasets.MNIST(datasets.Test, datasets.Options{Raw: true})
	if err != nil {
		t.Fatal(err)
	}
	mnist, err := datasets.MNIST(datasets.Test)
	if err != nil {
		t.Fatal(err)
	}
	first := make([]int, 300)
	for i := range first {
		first[i] = i
	}
	resized := transforms.DefaultRandomResizedCrop()
	erasing := transforms.DefaultRandomErasing()
	for name, set := range map[string]data.Dataset{
		"shifts in place": transforms.Dataset(data.Subset(mnist, first), transforms.NewRandomCrop(28, 28, transforms.RandomCropOptions{Padding: 2, Fill: []float64{-0.4242}})),
		"bytes to floats of another size": transforms.Dataset(data.Subset(raw, first), transforms.Compose(
			transforms.NewRandomResizedCrop(20, 20, resized), transforms.NewRandomHorizontalFlip(0.5), transforms.NewColorJitter(transforms.ColorJitterOptions{Brightness: 0.3, Contrast: 0.3}),
			transforms.NewToFloat(), transforms.NewNormalize([]float64{0.1307}, []float64{0.3081}), transforms.NewRandomErasing(0.5, erasing))),
		"item by item": data.Map(data.Subset(raw, first), transforms.PerItem(transforms.Compose(
			transforms.NewRandomRotation(-20, 20, true, transforms.WarpOptions{}), transforms.NewCenterCrop(24, 24), transforms.NewGaussianBlur(3, 0.1, 1)))),
	} {
		var want []*tensor.Tensor
		for _, workers := range []int{0, 1, 4} {
			loader := data.NewLoader(set, data.LoaderOptions{BatchSize: 32, Shuffle: true, Seed: 9, Workers: workers})
			var got []*tensor.Tensor
			for range 2 {
				for b, err := range loader.Batches(context.Background()) {
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, b.X.Clone(), b.Y.Clone())
				}
			}
			if want == nil {
				want = got
				if len(want) != 40 || same(want[0], want[20]) {
					t.Errorf("%s: %d tensors, and the second epoch begins like the first", name, len(want))
				}
			}
			if !slices.EqualFunc(got, want, same) {
				t.Errorf("%s: %d workers make other batches than none", name, workers)
			}
		}
	}
}

// TestBatchesTakeNoMemory: making a batch in the memory of another allocates no more for many images than for few.
func TestBatchesTakeNoMemory(t *testing.T) {
	x := tensor.Rand(stream(1), 64, 3, 16, 16)
	resized := transforms.DefaultRandomResizedCrop()
	for _, tr := range []transforms.Transform{
		transforms.Compose(transforms.NewRandomCrop(16, 16, transforms.RandomCropOptions{Padding: 2}), transforms.NewRandomHorizontalFlip(0.5), transforms.NewNormalize([]float64{0.5}, []float64{0.5})),
		transforms.Compose(transforms.NewCenterCrop(12, 12), transforms.NewColorJitter(transforms.ColorJitterOptions{Brightness: 0.3, Contrast: 0.3, Saturation: 0.3, Hue: 0.1})),
		transforms.NewRandomResizedCrop(12, 12, resized),
	} {
		set := transforms.Dataset(data.NewTensors(x, nil), tr).(data.Collector)
		rng := stream(2)
		rngs := func(int) *rand.Rand { return rng }
		b := &data.Batch{}
		count := func(idx []int) float64 {
			return testing.AllocsPerRun(20, func() {
				if err := set.Collect(idx, rngs, b); err != nil {
					t.Fatal(err)
				}
				tensor.Expire(b.X)
			})
		}
		all := make([]int, 64)
		for i := range all {
			all[i] = i
		}
		if few, many := count(all[:4]), count(all); many > few+16 {
			t.Errorf("%v: %g allocations for a batch of 4 and %g for one of 64", tr, few, many)
		}
	}
}

// TestCompose holds a chain to its parts, and pairs that run as one to the bits of the two.
func TestCompose(t *testing.T) {
	x := octets(3, 6, 7)
	mean, std := []float64{0.485, 0.456, 0.406}, []float64{0.229, 0.224, 0.225}
	chain := transforms.Compose(transforms.Compose(transforms.NewCenterCrop(4, 5)), transforms.NewToFloat(), transforms.NewNormalize(mean, std))
	want := transforms.Normalize(transforms.ToFloat(transforms.CenterCrop(x, 4, 5)), mean, std)
	if !same(transforms.Apply(chain, x, nil), want) {
		t.Error("a chain does not give what its parts give one after the other")
	}
	if got, want := chain.String(), "Compose(CenterCrop(size=(4, 5)), ToFloat(), Normalize(mean=[0.485 0.456 0.406], std=[0.229 0.224 0.225]))"; got != want {
		t.Errorf("it prints as %s", got)
	}
	if !same(transforms.Apply(chain, transforms.ToFloat(x), nil), want) {
		t.Error("of floats the chain gives something else")
	}
	if same := transforms.Apply(transforms.Compose(), x, nil); !slices.Equal(values(same), values(x)) {
		t.Error("nothing changes the image")
	}
}

// share checks that something happened about as often as its probability says: within five standard deviations.
func share(t *testing.T, what string, count, n int, p float64) {
	t.Helper()
	if got, allowed := float64(count)/float64(n), 5*math.Sqrt(p*(1-p)/float64(n)); math.Abs(got-p) > allowed {
		t.Errorf("%s happened %.4f of the time, want %.4f within %.4f", what, got, p, allowed)
	}
}

func TestFlipsHappenAsOftenAsSaid(t *testing.T) {
	const n = 4000
	x := counting(1, 2, 2)
	for name, c := range map[string]struct {
		make    func(p float64) transforms.Transform
		flipped *tensor.Tensor
	}{
		"horizontal": {transforms.NewRandomHorizontalFlip, transforms.HorizontalFlip(x)},
		"vertical":   {transforms.NewRandomVerticalFlip, transforms.VerticalFlip(x)},
		"apply": {func(p float64) transforms.Transform {
			return transforms.NewRandomApply(transforms.NewRandomVerticalFlip(1), p)
		}, transforms.VerticalFlip(x)},
	} {
		for _, p := range []float64{0, 0.1, 0.5, 1} {
			rng, tr, count := stream(3), c.make(p), 0
			for range n {
				switch y := transforms.Apply(tr, x, rng); {
				case same(y, c.flipped):
					count++
				case !same(y, x):
					t.Fatalf("%s: neither flipped nor not: %v", name, y)
				}
			}
			share(t, fmt.Sprintf("a %s flip of probability %g", name, p), count, n, p)
		}
	}
}

func TestRandomCropsAreEverywhere(t *testing.T) {
	const n = 10000
	x := counting(1, 6, 7)
	for _, o := range []transforms.RandomCropOptions{{}, {PaddingLTRB: [4]int{1, 0, 2, 3}}, {Padding: 1, PaddingMode: transforms.Edge}} {
		padding := o.PaddingLTRB
		if o.Padding > 0 {
			padding = [4]int{1, 1, 1, 1}
		}
		padded := transforms.Pad(x, padding[0], padding[1], padding[2], padding[3], o.PaddingMode)
		places := map[string]int{}
		for top := range padded.Size(1) - 3 {
			for left := range padded.Size(2) - 4 {
				places[fmt.Sprint(values(transforms.Crop(padded, top, left, 4, 5)))] = 0
			}
		}
		rng, tr := stream(4), transforms.NewRandomCrop(4, 5, o)
		for range n {
			key := fmt.Sprint(values(transforms.Apply(tr, x, rng)))
			if _, ok := places[key]; !ok {
				t.Fatalf("%v: no crop of the padded image: %s", tr, key)
			}
			places[key]++
		}
		want := (padded.Size(1) - 3) * (padded.Size(2) - 4)
		if len(places) != want {
			t.Fatalf("%v: %d different crops of %d", tr, len(places), want)
		}
		for place, count := range places {
			share(t, fmt.Sprintf("%v: the crop %s", tr, place), count, n, 1/float64(want))
		}
	}
}

// TestRandomIsTheFunctionOfADraw holds transforms that draw numbers to the functions with the same numbers.
func TestRandomIsTheFunctionOfADraw(t *testing.T) {
	x := transforms.ToFloat(octets(3, 12, 10))
	warp := transforms.WarpOptions{Interpolation: transforms.Bilinear, Fill: []float64{0.1, 0.2, 0.3}, Center: &[2]float64{3, 4}}
	between := func(rng *rand.Rand, from, to float64) float64 { return from + (to-from)*rng.Float64() }
	for seed := range uint64(20) {
		rng := stream(seed)
		want := transforms.Rotate(x, between(rng, -30, 50), false, warp)
		if !same(transforms.Apply(transforms.NewRandomRotation(-30, 50, false, warp), x, stream(seed)), want) {
			t.Error("RandomRotation")
		}
		rng = stream(seed)
		want = transforms.Rotate(x, between(rng, -30, 50), true, transforms.WarpOptions{})
		if !same(transforms.Apply(transforms.NewRandomRotation(-30, 50, true, transforms.WarpOptions{}), x, stream(seed)), want) {
			t.Error("RandomRotation that expands")
		}
		rng = stream(seed)
		p := transforms.AffineParameters{Angle: between(rng, -10, 10)}
		p.Translate = [2]float64{math.RoundToEven(between(rng, -2, 2)), math.RoundToEven(between(rng, -6, 6))}
		p.Scale = between(rng, 0.5, 2)
		p.Shear = [2]float64{between(rng, -5, 5), between(rng, 1, 2)}
		want = transforms.Affine(x, p, warp)
		affine := transforms.NewRandomAffine(transforms.RandomAffineOptions{Degrees: [2]float64{-10, 10}, Translate: [2]float64{0.2, 0.5},
			Scale: [2]float64{0.5, 2}, Shear: [4]float64{-5, 5, 1, 2}, WarpOptions: warp})
		if !same(transforms.Apply(affine, x, stream(seed)), want) {
			t.Error("RandomAffine")
		}
		rng = stream(seed)
		want = transforms.GaussianBlur(x, 5, between(rng, 0.1, 2))
		if !same(transforms.Apply(transforms.NewGaussianBlur(5, 0.1, 2), x, stream(seed)), want) {
			t.Error("GaussianBlur")
		}
		rng = stream(seed)
		order := []int{0, 1, 2, 3}
		rng.Shuffle(4, func(i, j int) { order[i], order[j] = order[j], order[i] })
		b, c, s, h := between(rng, 0.5, 1.5), between(rng, 0.2, 3), between(rng, 0, 2.5), between(rng, -0.1, 0.1)
		want = x
		for _, k := range order {
			switch k {
			case 0:
				want = transforms.AdjustBrightness(want, b)
			case 1:
				want = transforms.AdjustContrast(want, c)
			case 2:
				want = transforms.AdjustSaturation(want, s)
			case 3:
				want = transforms.AdjustHue(want, h)
			}
		}
		jitter := transforms.NewColorJitter(transforms.ColorJitterOptions{Brightness: 0.5, ContrastRange: [2]float64{0.2, 3}, Saturation: 1.5, Hue: 0.1})
		if !same(transforms.Apply(jitter, x, stream(seed)), want) {
			t.Error("ColorJitter")
		}
	}
}

// TestRandomErasing: how often, how much, and with what.
func TestRandomErasing(t *testing.T) {
	const n, side = 3000, 40
	x := tensor.Ones(2, side, side)
	o := transforms.RandomErasingOptions{Scale: [2]float64{0.1, 0.2}, Ratio: [2]float64{0.5, 2}, Value: []float64{3, 4}}
	tr, rng, erased, area := transforms.NewRandomErasing(0.4, o), stream(5), 0, 0.0
	for range n {
		y := values(transforms.Apply(tr, x, rng))
		rows, columns, count := map[int]bool{}, map[int]bool{}, 0
		for i, v := range y[:side*side] {
			if (v == 3) != (y[side*side+i] == 4) || v != 3 && v != 1 {
				t.Fatal("both channels are erased at the same place, each with its value")
			}
			if v == 3 {
				rows[i/side], columns[i%side] = true, true
				count++
			}
		}
		if count == 0 {
			continue
		}
		erased++
		h, w := float64(len(rows)), float64(len(columns))
		if float64(count) != h*w {
			t.Fatalf("%d pixels in %g rows and %g columns are no rectangle", count, h, w)
		}
		area += h * w
		// Sides are rounded to whole pixels.
		if (h+0.5)*(w+0.5) < 0.1*side*side || (h-0.5)*(w-0.5) > 0.2*side*side || (h+0.5)/(w-0.5) < 0.5 || (h-0.5)/(w+0.5) > 2 {
			t.Fatalf("%g x %g of %d x %d was erased", h, w, side, side)
		}
	}
	share(t, "erasing", erased, n, 0.4)
	if mean := area / float64(erased) / (side * side); math.Abs(mean-0.15) > 0.005 {
		t.Errorf("%.4f of the image is erased on average, want 0.15", mean)
	}

	o.Noise, o.Value = true, nil
	y := values(transforms.Apply(transforms.NewRandomErasing(1, o), tensor.Full(100, 1, 200, 200), rng))
	var numbers []float64
	for _, v := range y {
		if v != 100 {
			numbers = append(numbers, float64(v))
		}
	}
	sum, squares := 0.0, 0.0
	for _, v := range numbers {
		sum += v
		squares += v * v
	}
	if mean := sum / float64(len(numbers)); len(numbers) < 2000 || math.Abs(mean) > 0.1 || math.Abs(squares/float64(len(numbers))-1) > 0.2 {
		t.Errorf("%d numbers of noise have mean %.3f and mean square %.3f", len(numbers), mean, squares/float64(len(numbers)))
	}
}

// TestColorJitterOffDrawsNothing: what changes nothing needs no stream and leaves the image.
func TestColorJitterOffDrawsNothing(t *testing.T) {
	x := transforms.ToFloat(octets(3, 4, 4))
	if !same(transforms.Apply(transforms.NewColorJitter(transforms.ColorJitterOptions{}), x, nil), x) {
		t.Error("a jitter of nothing changed the image")
	}
}

func TestSizesInBatches(t *testing.T) {
	expand := transforms.NewRandomRotation(30, 60, true, transforms.WarpOptions{})
	x := counting(1, 8, 8)
	if y := transforms.Apply(expand, x, stream(1)); y.Size(1) <= 8 {
		t.Errorf("a turned image of 8 x 8 has shape %v", y.Shape())
	}
	_, err := caught(func() { transforms.Apply(expand, tensor.Stack(0, x, x), stream(1)) })
	if err == nil || !strings.Contains(err.Error(), "different sizes") {
		t.Errorf("a batch of images of different sizes: %v", err)
	}
	set := transforms.Dataset(data.NewTensors(tensor.Stack(0, x, x), nil), expand)
	for _, err := range data.NewLoader(set, data.LoaderOptions{BatchSize: 2}).Batches(context.Background()) {
		if err == nil || !strings.Contains(err.Error(), "end with a Resize or a crop") {
			t.Errorf("a loader's batch: %v", err)
		}
	}
}

// caught is what f panics with, as an error of tensor's.
func caught(f func()) (kind string, err error) {
	defer func() {
		if v := recover(); v != nil {
			e, ok := v.(tensor.Misuse)
			if !ok {
				panic(v)
			}
			kind, err = reflect.TypeOf(v).String(), e
		}
	}()
	f()
	return "", nil
}

func TestMisuse(t *testing.T) {
	x := counting(3, 6, 5)
	four := counting(4, 6, 5)
	erasing, resized := transforms.DefaultRandomErasing(), transforms.DefaultRandomResizedCrop()
	crop := func(o transforms.RandomCropOptions) transforms.Transform { return transforms.NewRandomCrop(8, 8, o) }
	none := transforms.WarpOptions{}
	const shape, dtype = "*tensor.ShapeError", "*tensor.DTypeError"
	for name, c := range map[string]struct {
		kind, want string
		f          func()
	}{
		"crop too large":    {shape, "[3 6 5]: a crop of 8 x 8 does not fit into the image, which has 6 x 5 with its padding; set Padding or PadIfNeeded", func() { transforms.Apply(crop(transforms.RandomCropOptions{}), x, stream(1)) }},
		"crop with padding": {shape, "has 8 x 7 with its padding", func() { transforms.Apply(crop(transforms.RandomCropOptions{Padding: 1}), x, stream(1)) }},
		"crop of nothing":   {shape, "at least one row and one column, not 0 x 3", func() { transforms.NewRandomCrop(0, 3, transforms.RandomCropOptions{}) }},
		"negative padding":  {shape, "must not be negative, it is [-1 -1 -1 -1]", func() { crop(transforms.RandomCropOptions{Padding: -1}) }},
		"padding mode":      {shape, "there is no PaddingMode(9)", func() { crop(transforms.RandomCropOptions{PaddingMode: 9}) }},
		"fill of two": {shape, "Fill has 2 values: one, or one for each of the 3 channels", func() {
			transforms.Apply(crop(transforms.RandomCropOptions{Padding: 4, Fill: []float64{1, 2}}), x, stream(1))
		}},
		"fill of bytes":        {shape, "bytes hold 0 to 255", func() { transforms.Pad(octets(1, 2, 2), 1, 1, 1, 1, transforms.Constant, -3) }},
		"negative pad":         {shape, "Crop cuts off", func() { transforms.Pad(x, -1, 0, 0, 0, transforms.Edge) }},
		"resize to nothing":    {shape, "not -3 x 4", func() { transforms.Resize(x, -3, 4, transforms.Bilinear, true) }},
		"interpolation":        {shape, `one of ["nearest" "bilinear" "bicubic" "area" "nearest-exact"], not Interpolation(77)`, func() { transforms.Resize(x, 3, 4, 77, true) }},
		"rotation by cubes":    {shape, `one of ["nearest" "bilinear"], not bicubic`, func() { transforms.Rotate(x, 3, false, transforms.WarpOptions{Interpolation: transforms.Bicubic}) }},
		"rotation by nothing":  {shape, "finite, not NaN", func() { transforms.Rotate(x, math.NaN(), false, none) }},
		"resized crop outside": {shape, "do not all lie in the image", func() { transforms.ResizedCrop(x, 4, 0, 3, 3, 2, 2, transforms.Bilinear, true) }},
		"erase outside":        {shape, "do not all lie in the image", func() { transforms.Erase(x, 0, 0, 3, 6) }},
		"no scale":             {shape, "begin with DefaultRandomResizedCrop()", func() { transforms.NewRandomResizedCrop(3, 3, transforms.RandomResizedCropOptions{}) }},
		"scale backwards":      {shape, "the lesser first", func() { o := resized; o.Scale = [2]float64{1, 0.5}; transforms.NewRandomResizedCrop(3, 3, o) }},
		"no erasing scale":     {shape, "begin with DefaultRandomErasing()", func() { transforms.NewRandomErasing(0.5, transforms.RandomErasingOptions{}) }},
		"noise and value":      {shape, "exclude each other", func() { o := erasing; o.Noise, o.Value = true, []float64{1}; transforms.NewRandomErasing(0.5, o) }},
		"noise in bytes": {dtype, "put NewToFloat before it", func() {
			o := erasing
			o.Noise = true
			transforms.Apply(transforms.NewRandomErasing(1, o), octets(1, 4, 4), stream(1))
		}},
		"probability":          {shape, "between 0 and 1, not be 1.5", func() { transforms.NewRandomHorizontalFlip(1.5) }},
		"probability NaN":      {shape, "between 0 and 1, not be NaN", func() { transforms.NewRandomErasing(math.NaN(), erasing) }},
		"hue of four channels": {shape, "[4 6 5]: colours are those of grey or RGB images, with 1 or 3 channels, not 4", func() { transforms.AdjustHue(four, 0.1) }},
		"jitter of four": {shape, "1 or 3 channels, not 4", func() {
			transforms.Apply(transforms.NewColorJitter(transforms.ColorJitterOptions{Hue: 0.1}), four, stream(1))
		}},
		"hue too far":            {shape, "between -0.5 and 0.5, not be 0.6", func() { transforms.AdjustHue(x, 0.6) }},
		"hue jitter too far":     {shape, "Hue must be two numbers, the lesser first and both between -0.5 and 0.5", func() { transforms.NewColorJitter(transforms.ColorJitterOptions{Hue: 0.7}) }},
		"negative brightness":    {shape, "0 or more (1 changes nothing), not -1", func() { transforms.AdjustBrightness(x, -1) }},
		"negative jitter":        {shape, "Contrast must be 0 or more, not -2", func() { transforms.NewColorJitter(transforms.ColorJitterOptions{Contrast: -2}) }},
		"even blur":              {shape, "must be odd", func() { transforms.GaussianBlur(x, 4, 1) }},
		"sharp blur":             {shape, "sigma must be above 0", func() { transforms.GaussianBlur(x, 3, 0) }},
		"normalised bytes":       {dtype, "Normalize of uint8", func() { transforms.Normalize(octets(1, 2, 2), []float64{0}, []float64{1}) }},
		"normalised by 0":        {shape, "divided by and must be above 0", func() { transforms.NewNormalize([]float64{0}, []float64{0}) }},
		"two means":              {shape, "mean has 2 values", func() { transforms.Normalize(x, []float64{0, 1}, []float64{1}) }},
		"no mean":                {shape, "a mean and a standard deviation are wanted", func() { transforms.NewNormalize(nil, nil) }},
		"two grey channels":      {shape, "1 or 3 channels can be made, not 2", func() { transforms.NewGrayscale(2) }},
		"affine without a scale": {shape, "Scale must be above 0", func() { transforms.Affine(x, transforms.AffineParameters{}, none) }},
		"translation":            {shape, "shares of width and height", func() { transforms.NewRandomAffine(transforms.RandomAffineOptions{Translate: [2]float64{3, 0}}) }},
		"angles backwards":       {shape, "the lesser first and both finite, not [5 -5]", func() { transforms.NewRandomRotation(5, -5, false, none) }},
		"no stream":              {shape, "RandomHorizontalFlip(p=0.5) draws at random and needs a *rand.Rand, not nil", func() { transforms.Apply(transforms.NewRandomHorizontalFlip(0.5), x, nil) }},
		"no image":               {shape, "the tensor is nil", func() { transforms.HorizontalFlip(nil) }},
		"no transform":           {shape, "the transform is nil", func() { transforms.Apply(nil, x, nil) }},
		"nil in a chain":         {shape, "transform 1 of 2 is nil", func() { transforms.Compose(transforms.NewToFloat(), nil) }},
		"nothing to apply":       {shape, "the transform is nil", func() { transforms.NewRandomApply(nil, 0.5) }},
		"grey now and then":      {shape, "cannot be in one batch", func() { transforms.Apply(transforms.NewRandomApply(transforms.NewGrayscale(1), 0.5), x, stream(1)) }},
		"no set":                 {shape, "the dataset is nil", func() { transforms.Dataset(nil, transforms.NewToFloat()) }},
		"set without transform":  {shape, "the transform is nil", func() { transforms.Dataset(data.NewTensors(x, nil), nil) }},
		"a matrix":               {shape, "images are [channels, rows, columns]", func() { transforms.HorizontalFlip(tensor.Zeros(3, 3)) }},
		"an empty image":         {shape, "at least one channel, row and column", func() { transforms.HorizontalFlip(tensor.Zeros(3, 0, 3)) }},
		"whole numbers":          {dtype, "images are float32 or uint8", func() { transforms.HorizontalFlip(tensor.ZerosOf(tensor.Int64, 1, 2, 2)) }},
	} {
		kind, err := caught(c.f)
		switch {
		case err == nil:
			t.Errorf("%s: no panic", name)
		case kind != c.kind || !strings.Contains(err.Error(), c.want):
			t.Errorf("%s: %s: %v\nwant %s with %q", name, kind, err, c.kind, c.want)
		case !strings.Contains(err.Error(), "transforms_test.go"):
			t.Errorf("%s: %v does not say where", name, err)
		}
	}
}

// TestImagesThatDoNotFitAreErrors: in a loader images come from outside.
func TestImagesThatDoNotFitAreErrors(t *testing.T) {
	set := data.NewTensors(tensor.Zeros(5, 3, 6, 6), nil)
	itemwise := data.Map(set, func(x, y *tensor.Tensor, _ *rand.Rand) (*tensor.Tensor, *tensor.Tensor, error) { return x, y, nil })
	tr := transforms.NewRandomCrop(8, 8, transforms.RandomCropOptions{})
	for _, ds := range []data.Dataset{set, itemwise} {
		for _, err := range data.NewLoader(transforms.Dataset(ds, tr), data.LoaderOptions{BatchSize: 2}).Batches(context.Background()) {
			var misfit *tensor.ShapeError
			if !errors.As(err, &misfit) || !strings.Contains(err.Error(), "item") {
				t.Errorf("%T: %v", ds, err)
			}
		}
	}
	flat := transforms.Dataset(data.NewTensors(tensor.Zeros(5, 6), nil), transforms.NewToFloat())
	if _, _, err := flat.Item(0, nil); err == nil || !strings.Contains(err.Error(), "an item of shape [6] is no image") {
		t.Errorf("an item that is no image: %v", err)
	}
	for _, err := range data.NewLoader(flat, data.LoaderOptions{BatchSize: 2}).Batches(context.Background()) {
		if err == nil || !strings.Contains(err.Error(), "batches of images") {
			t.Errorf("a batch that holds no images: %v", err)
		}
	}
}

func TestNamesOfModes(t *testing.T) {
	for _, m := range []transforms.Interpolation{transforms.Nearest, transforms.Bilinear, transforms.Bicubic, transforms.Area, transforms.NearestExact} {
		text, err := m.MarshalText()
		var back transforms.Interpolation
		if err != nil || back.UnmarshalText(text) != nil || back != m || string(text) != m.String() {
			t.Errorf("%v: %s, %v", m, text, err)
		}
	}
	for _, m := range []transforms.PaddingMode{transforms.Constant, transforms.Edge, transforms.Reflect, transforms.Symmetric} {
		text, err := m.MarshalText()
		var back transforms.PaddingMode
		if err != nil || back.UnmarshalText(text) != nil || back != m || string(text) != m.String() {
			t.Errorf("%v: %s, %v", m, text, err)
		}
	}
	if _, err := transforms.Interpolation(9).MarshalText(); err == nil {
		t.Error("Interpolation(9) has a name")
	}
	if _, err := transforms.PaddingMode(9).MarshalText(); err == nil {
		t.Error("PaddingMode(9) has a name")
	}
	var m transforms.Interpolation
	if err := m.UnmarshalText([]byte("cubic")); err == nil || !strings.Contains(err.Error(), "bicubic") {
		t.Errorf("cubic: %v", err)
	}
	var p transforms.PaddingMode
	if err := p.UnmarshalText([]byte("zeros")); err == nil || !strings.Contains(err.Error(), "constant") {
		t.Errorf("zeros: %v", err)
	}
}
