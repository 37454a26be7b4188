package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/train"
	"github.com/lumen-ml/lumen/vision"
	"github.com/lumen-ml/lumen/vision/datasets"
)

type predictCommand struct {
	Run_   string   `name:"run" placeholder:"DIR" help:"The folder of the run whose network to use; default the newest under runs."`
	Images []string `arg:"" optional:"" name:"image" help:"PNG, JPEG, GIF, BMP, TIFF or WebP pictures."`
	Index  []int    `placeholder:"N" help:"Image N of the run's test set, from 0; may be repeated."`
	Fit    bool     `help:"Make pictures of any size fit: of a digit, cut out what is drawn, scale it to 20 x 20, centre it by mass, as in MNIST; in colour, scale it and cut out its middle."`
	Top    int      `default:"3" placeholder:"N" help:"How many guesses to show; default 3."`
	JSON   bool     `name:"json" help:"Print one line of JSON a picture."`
	machine
}

func (predictCommand) Help() string {
	return `A picture of the network's own size (28 x 28 for MNIST) is taken as it is, white on black; dark on light is seen by
its border and inverted. Other sizes need --fit, except with a network of lumen train images.

Examples:

  lumen predict --run runs/mnist-seed1-1 seven.png
  lumen predict --fit photo.jpg
  lumen predict --index 0 --index 1 --json`
}

// prediction is a line of lumen predict --json.
type prediction struct {
	File        string  `json:"file"`
	Index       *int    `json:"index"`
	Label       *string `json:"label"` // of a test image
	Class       string  `json:"class"`
	Probability any     `json:"probability"` // as train.Finite has it
	Top         []guess `json:"top"`
	inverted    bool
}

type guess struct {
	Class       string  `json:"class"`
	Probability float64 `json:"probability"`
}

// MarshalJSON writes a probability that is not finite, of a run that diverged, as a string.
func (g guess) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Class       string `json:"class"`
		Probability any    `json:"probability"`
	}{g.Class, train.Finite(g.Probability)})
}

func (c *predictCommand) Run(t terminal) error {
	if len(c.Images) == 0 && len(c.Index) == 0 {
		return usagef("predict needs a picture, or --index N for one of the test set")
	}
	if c.Top < 1 {
		return usagef("--top %d: at least 1 is wanted", c.Top)
	}
	if err := c.apply(); err != nil {
		return err
	}
	dir := c.Run_
	if dir == "" {
		var err error
		if dir, err = newestRun("*"); err != nil {
			return fmt.Errorf("there is no run under %s; train one with: lumen train mnist", runsFolder)
		}
	}
	info, err := train.ReadRun(dir)
	if err != nil {
		return err
	}
	o, err := readOptions(dir, info)
	if err != nil {
		return err
	}
	net, err := network(o)
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Join(dir, train.RunFile), err)
	}
	if _, err := train.LoadModel(dir, net); err != nil {
		return err
	}
	var failures []error
	for _, path := range c.Images {
		if err := t.ctx.Err(); err != nil {
			return fmt.Errorf("interrupted before %s%w", path, silent{err})
		}
		p, err := c.picture(net, o, path)
		if err == nil {
			err = c.print(t, p)
		}
		if err != nil {
			failures = append(failures, err)
		}
	}
	if len(c.Index) > 0 {
		if err := c.tested(t, net, o); err != nil {
			failures = append(failures, err)
		}
	}
	return errors.Join(failures...)
}

// picture predicts an image file.
func (c *predictCommand) picture(net nn.Module, o options, path string) (prediction, error) {
	h, w := o.Shape[1], o.Shape[2]
	if o.Shape[0] == 3 {
		return c.photograph(net, o, path)
	}
	if o.Shape[0] != 1 {
		return prediction{}, fmt.Errorf("%s: the network was trained on images of %d channels, only grey and coloured ones can be read", path, o.Shape[0])
	}
	if c.Fit && h != w {
		return prediction{}, fmt.Errorf("%s: --fit makes square pictures, the network takes %d x %d", path, w, h)
	}
	g, err := readGrey(path)
	if err != nil {
		return prediction{}, err
	}
	if !c.Fit && (g.w != w || g.h != h) {
		return prediction{}, fmt.Errorf("%s: the picture has %d x %d pixels, the network takes %d x %d; use --fit to cut out, scale and centre what is drawn", path, g.w, g.h, w, h)
	}
	if c.Fit {
		g = g.atMost(maxSide)
	}
	g, inverted := g.whiteOnBlack()
	if c.Fit {
		if g, err = g.fit(h); err != nil {
			return prediction{}, fmt.Errorf("%s: %w", path, err)
		}
	}
	x := make([]float32, len(g.pix))
	for i, v := range g.pix {
		x[i] = float32((v - o.Mean[0]) / o.Std[0])
	}
	p := c.guess(net, o, tensor.FromSlice(x, 1, 1, h, w))
	p.File, p.inverted = path, inverted
	return p, nil
}

// photograph predicts an image file in colour.
func (c *predictCommand) photograph(net nn.Module, o options, path string) (prediction, error) {
	h, w := o.Shape[1], o.Shape[2]
	x, err := vision.Open(path, vision.ReadOptions{Mode: vision.RGB})
	if err != nil {
		return prediction{}, err
	}
	if gotH, gotW := x.Size(1), x.Size(2); gotH != h || gotW != w {
		if !c.Fit && o.Size == 0 || h != w { // a network for one's own images saw them scaled
			return prediction{}, fmt.Errorf("%s: the picture has %d x %d pixels, the network takes %d x %d; use --fit to scale it and cut out its middle", path, gotW, gotH, w, h)
		}
		x = datasets.Square(x, h)
	}
	pixels := make([]float32, 3*h*w)
	for i, v := range tensor.Data[uint8](x) {
		channel := i / (h * w)
		pixels[i] = float32((float64(v)/255 - o.Mean[channel]) / o.Std[channel])
	}
	p := c.guess(net, o, tensor.FromSlice(pixels, 1, 3, h, w))
	p.File = path
	return p, nil
}

// tested predicts images of the run's test set.
func (c *predictCommand) tested(t terminal, net nn.Module, o options) error {
	sets, err := presets[o.Preset].read(t, o, datasets.Test)
	if err != nil {
		return err
	}
	set := sets[0]
	if !slices.Equal(set.Shape(), o.Shape) || len(set.Classes()) > len(o.Classes) {
		return fmt.Errorf("%s has changed since the run: its images have shape %v in %d classes, the network takes %v in %d",
			o.Data, set.Shape(), len(set.Classes()), o.Shape, len(o.Classes))
	}
	for _, i := range c.Index {
		if i < 0 || i >= set.Len() {
			return usagef("--index %d: the test set has images 0 to %d", i, set.Len()-1)
		}
		x, _, err := set.Item(i, nil)
		if err != nil {
			return err
		}
		p := c.guess(net, o, x.Unsqueeze(0))
		label := o.Classes[set.Label(i)]
		p.Index, p.Label = &i, &label
		if err := c.print(t, p); err != nil {
			return err
		}
	}
	return nil
}

// guess runs the network on one image.
func (c *predictCommand) guess(net nn.Module, o options, x *tensor.Tensor) prediction {
	values, indices := nn.Predict(net, x).Softmax(1).TopK(min(c.Top, len(o.Classes)), 1)
	var p prediction
	at := tensor.Data[int64](indices)
	for k, v := range tensor.Data[float32](values) {
		p.Top = append(p.Top, guess{o.Classes[at[k]], float64(v)})
	}
	p.Class, p.Probability = p.Top[0].Class, train.Finite(p.Top[0].Probability)
	return p
}

func (c *predictCommand) print(t terminal, p prediction) error {
	what := p.File
	if p.Index != nil {
		what = fmt.Sprintf("test image %d", *p.Index)
	}
	if p.inverted {
		fmt.Fprintf(t.errors, "%s: dark on light, inverted\n", what)
	}
	if c.JSON {
		return json.NewEncoder(t.out).Encode(p)
	}
	fmt.Fprintf(t.out, "%s: %s (%.1f %%)", what, p.Class, 100*p.Top[0].Probability)
	if p.Label != nil && *p.Label != p.Class {
		fmt.Fprintf(t.out, ", labelled %s", *p.Label)
	}
	for k, g := range p.Top[1:] {
		if k == 0 {
			fmt.Fprint(t.out, "; then ")
		} else {
			fmt.Fprint(t.out, ", ")
		}
		fmt.Fprintf(t.out, "%s %.1f %%", g.Class, 100*g.Probability)
	}
	_, err := fmt.Fprintln(t.out)
	return err
}
