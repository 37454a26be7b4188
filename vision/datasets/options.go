package datasets

import (
	"fmt"
	"math"
	"slices"
)

// Options say what a set's items look like. The zero value gives the normalisation that the set's function documents.
type Options struct {
	// Raw leaves x as uint8 from 0 to 255.
	Raw bool `json:"raw"`
	// Mean and Std replace the set's own, for pixels divided by 255: one value, or one for each channel.
	Mean []float64 `json:"mean,omitempty"`
	Std  []float64 `json:"std,omitempty"`
	// Coarse takes CIFAR-100's 20 groups of classes for its 100 classes. Other sets refuse it or have none.
	Coarse bool `json:"coarse,omitempty"`
	// Classes replaces the set's own names of the classes.
	Classes []string `json:"classes,omitempty"`
	// Progress is told by ImageFolder, after each image and from one goroutine at a time, how many have been read and how
	// many there are. Other sets take no time to speak of and pay it no attention.
	Progress func(done, total int) `json:"-"`
}

// choose is the options given, with the set's own normalisation where they have none.
func choose(o []Options, mean, std float64) Options {
	return chooseChannels(o, []float64{mean}, []float64{std})
}

// chooseChannels is choose with a value for each channel.
func chooseChannels(o []Options, mean, std []float64) Options {
	var c Options
	if len(o) > 0 {
		c = o[0]
	}
	if c.Mean == nil {
		c.Mean = slices.Clone(mean)
	}
	if c.Std == nil {
		c.Std = slices.Clone(std)
	}
	return c
}

// scale is how one channel is normalised.
type scale struct{ mean, std float32 }

// scales gives each channel's.
func (o Options) scales(channels int) ([]scale, error) {
	for what, v := range map[string][]float64{"Mean": o.Mean, "Std": o.Std} {
		if len(v) != 1 && len(v) != channels {
			return nil, fmt.Errorf("datasets: Options.%s has %d values: 1 or one for each of %d channels is wanted", what, len(v), channels)
		}
		for _, f := range v {
			if math.IsNaN(f) || math.IsInf(f, 0) || what == "Std" && float32(f) <= 0 {
				return nil, fmt.Errorf("datasets: Options.%s is %v: finite values are wanted, and positive ones for Std", what, v)
			}
		}
	}
	out := make([]scale, channels)
	for c := range out {
		out[c] = scale{float32(o.Mean[c%len(o.Mean)]), float32(o.Std[c%len(o.Std)])}
	}
	return out, nil
}
