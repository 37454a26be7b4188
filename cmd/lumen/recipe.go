package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/vision/datasets"
	"github.com/lumen-ml/lumen/vision/transforms"
)

// preset is a recipe of lumen train: what is trained on what, and how, without any flag.
type preset struct {
	net           string // of networks
	epochs, batch int
	optimizer     string
	rate          float64 // the greatest of that optimizer
	fit           float64 // the same on one batch alone, whose gradient is steeper than that of many; 0: rate
	decay         float64 // factor of the L2 penalty on weights
	shift         int     // by how many pixels a training image is moved at most, in each direction
	flip          bool    // whether every other one is mirrored
	size          int     // that images are scaled to; 0 where they are of one size
	grey          bool    // what comes in at the edge is 0 as the network sees it; else black
	convnetjs     bool    // whether weights begin as ConvNetJS's
	load          load
}

// load reads the splits that are asked for, in that order. Where it takes long, seen hears how many images of how many have
// been read; it begins with 1 for each folder.
type load func(o options, seen func(done, total int), splits ...datasets.Split) ([]*datasets.Set, error)

// bySplit is a load of sets that are read one by one, and quickly.
func bySplit(read func(o options, split datasets.Split) (*datasets.Set, error)) load {
	return func(o options, _ func(done, total int), splits ...datasets.Split) ([]*datasets.Set, error) {
		sets := make([]*datasets.Set, len(splits))
		for i, split := range splits {
			set, err := read(o, split)
			if err != nil {
				return nil, err
			}
			sets[i] = set
		}
		return sets, nil
	}
}

// read is load with a bar.
func (p preset) read(t terminal, o options, splits ...datasets.Split) ([]*datasets.Set, error) {
	b := newBar(t.errors, "reading images")
	defer func() { b.end() }()
	return p.load(o, func(done, total int) {
		if done == 1 { // of another folder
			b.end()
			b = newBar(t.errors, "reading images")
			b.things = "images"
		}
		b.update(int64(done), int64(total))
	}, splits...)
}

// presets are all there are, by the name on the command line.
var presets = map[string]preset{
	"mnist": {net: "lenet", epochs: 10, batch: 64, optimizer: "sgd", rate: 0.05, fit: 0.01, shift: 2,
		load: bySplit(func(o options, split datasets.Split) (*datasets.Set, error) { return datasets.MNIST(split) })},
	"idx": {net: "lenet", epochs: 10, batch: 64, optimizer: "sgd", rate: 0.05, fit: 0.01, shift: 2,
		load: bySplit(func(o options, split datasets.Split) (*datasets.Set, error) {
			if o.Data == "" {
				return nil, errors.New("the run.json of this run is damaged: it does not name the folder of its images")
			}
			return datasets.IDX(o.Data, split)
		})},
	// The settings of https://cs.stanford.edu/people/karpathy/convnetjs/demo/mnist.html; a random crop of 24 x 24 is
	// a random shift and the middle.
	"convnetjs-mnist": {net: "convnetjs-mnist", epochs: 10, batch: 20, optimizer: "adadelta", rate: 1,
		decay: 1e-3, shift: 2, grey: true, convnetjs: true,
		load: bySplit(func(o options, split datasets.Split) (*datasets.Set, error) {
			return datasets.MNIST(split, datasets.Options{Mean: []float64{0}, Std: []float64{1}})
		})},
	// The settings of https://cs.stanford.edu/people/karpathy/convnetjs/demo/cifar10.html. There the rate stays 1; with
	// batches of 4 that ends in noise at half the images right, so here it makes one cycle.
	"convnetjs-cifar": {net: "convnetjs-cifar", epochs: 10, batch: 4, optimizer: "adadelta", rate: 1,
		decay: 1e-4, shift: 2, flip: true, grey: true, convnetjs: true,
		load: bySplit(func(o options, split datasets.Split) (*datasets.Set, error) {
			return datasets.CIFAR10(o.Data, split, datasets.Options{Mean: []float64{0.5, 0.5, 0.5}, Std: []float64{1, 1, 1}})
		})},
	"cifar10": {net: "resnet8", epochs: 12, batch: 128, optimizer: "sgd", rate: 0.2, decay: 5e-4, shift: 4, flip: true,
		load: bySplit(func(o options, split datasets.Split) (*datasets.Set, error) { return datasets.CIFAR10(o.Data, split) })},
	"images": {net: "resnet8", epochs: 20, batch: 32, optimizer: "sgd", rate: 0.05, decay: 5e-4, shift: 4, flip: true, size: 64,
		load: loadImages},
}

// initialise draws the first weights.
func (p preset) initialise(net any, seed uint64) {
	if p.convnetjs {
		// Vol in ConvNetJS: variance 1/fan_in, and 0.1 for the bias in front of a ReLU.
		for name, q := range nn.Named(net) {
			switch {
			case len(q.Shape()) > 1:
				q.SetInitializer(nn.KaimingNormal{Nonlinearity: "linear"})
			case strings.HasPrefix(name, "conv"):
				q.SetInitializer(nn.Constant{Value: 0.1})
			default:
				q.SetInitializer(nn.Constant{})
			}
		}
	}
	nn.Init(net, seed)
}

// recipe is a run's options without any flag.
func recipe(name, dir string) options {
	p := presets[name]
	return options{Preset: name, Data: dir, Net: p.net, Size: p.size, Epochs: p.epochs, Batch: p.batch, Optimizer: p.optimizer, Seed: 1}
}

// heldOut is how many training images decide what is best.
const heldOut = 5000

// holdOut splits off the validation images: 5,000, or a tenth of a small set.
func holdOut(set data.Dataset, seed uint64) (fitted data.Collector, held data.Dataset, err error) {
	n := min(heldOut, set.Len()/10)
	if n == 0 {
		return nil, nil, fmt.Errorf("the training set has %d images, at least 10 are wanted", set.Len())
	}
	parts, err := data.Split(set, seed, -1, n)
	if err != nil {
		return nil, nil, err
	}
	return parts[0].(data.Collector), parts[1], nil // parts of a Collector are Collectors
}

// atMost is n images of a set, drawn with the seed; all of them if n is 0 or the set has no more.
func atMost(set data.Dataset, n int, seed uint64) (data.Dataset, error) {
	if n == 0 || n >= set.Len() {
		return set, nil
	}
	parts, err := data.Split(set, seed, n, -1)
	if err != nil {
		return nil, err
	}
	return parts[0], nil
}

// augmentation is what the run's preset does to its training images: it moves each by a random number of pixels along
// each axis, and mirrors every other one.
func augmentation(o options) transforms.Transform {
	p := presets[o.Preset]
	fill := make([]float64, o.Shape[0])
	if !p.grey {
		for c := range fill {
			fill[c] = -o.Mean[c] / o.Std[c] // black
		}
	}
	shift := transforms.NewRandomCrop(o.Shape[1], o.Shape[2], transforms.RandomCropOptions{Padding: p.shift, Fill: fill})
	if !p.flip {
		return shift
	}
	return transforms.Compose(shift, transforms.NewRandomHorizontalFlip(0.5))
}
