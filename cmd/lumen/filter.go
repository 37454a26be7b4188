package main

import (
	"encoding/json"
	"fmt"
	"image"
	"math"
	"strconv"
	"strings"

	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision"
	"github.com/lumen-ml/lumen/vision/filters"
)

type filterCommand struct {
	In  string `arg:"" name:"in" help:"PNG, JPEG, GIF, BMP, TIFF or WebP picture."`
	Out string `arg:"" optional:"" name:"out" help:"The picture to write: .png, .jpg, .gif, .bmp or .tiff."`

	Kernel     string  `default:"gaussian" placeholder:"K" help:"A name (${kernels}), or weights, rows with ; between them."`
	Size       int     `placeholder:"N" help:"Side of a named kernel in pixels, odd."`
	Sigma      float64 `placeholder:"S" help:"Width of a Gaussian in pixels; default 1.5."`
	Amount     float64 `placeholder:"A" help:"How much unsharp adds; default 1."`
	Angle      float64 `placeholder:"D" help:"Degrees of motion and gabor, counter-clockwise from the right."`
	Wavelength float64 `placeholder:"W" help:"Pixels from stripe to stripe of gabor; default 8."`

	Padding     filters.Padding `default:"reflect" placeholder:"P" help:"What stands beyond the edge: zero, reflect (the default), replicate or circular; none leaves the edge out."`
	Stride      int             `default:"1" placeholder:"N" help:"Pixels from one result to the next."`
	Dilation    int             `default:"1" placeholder:"N" help:"Pixels from one weight to the next."`
	Anchor      string          `placeholder:"X,Y" help:"The weight that lies on the pixel itself; default the middle."`
	Convolution bool            `help:"Turn the kernel by 180 degrees first; without, it is a correlation."`
	Normalize   bool            `help:"Divide the weights by their sum, or if that is 0 by the sum of their absolute values."`
	Delta       float64         `placeholder:"D" help:"Add D to every result."`
	Gray        bool            `help:"Make the picture grey first."`
	Signed      string          `enum:",diverging,abs,clip,offset" default:"" placeholder:"HOW" help:"Results below zero: diverging paints them blue, zero white, what is above red; abs drops the sign; clip makes them black; offset adds 128. Default diverging; clip for kernels that make pictures, whose weights have a sum above 0."`

	Grid    bool   `help:"Write all named kernels on one sheet, with their names."`
	Explain string `placeholder:"X,Y" help:"Print the products whose sum is the result at column X, row Y, counted from 0."`
	JSON    bool   `name:"json" help:"Print JSON: a line about the picture written, one a channel with --explain."`
	machine
}

func (filterCommand) Help() string {
	return `Lays a kernel over every pixel of a picture; values are 0 to 255. docs/filters.md has pictures.

Examples:

  lumen filter --kernel gaussian --sigma 1.5 --padding reflect in.jpg out.png
  lumen filter --kernel "0,-1,0;-1,5,-1;0,-1,0" in.jpg sharp.png
  lumen filter --kernel sobel-x --signed abs in.jpg edges.png
  lumen filter --grid in.jpg sheet.png
  lumen filter --kernel sharpen --explain 0,0 in.jpg`
}

func kernelNames() string {
	var names []string
	for _, p := range filters.Presets() {
		names = append(names, p.Name)
	}
	return strings.Join(names, ", ")
}

// checkFinite refuses what is no number, or none that a pixel can be worked out with.
func checkFinite(flag string, v float64) error {
	if math.IsNaN(v) || math.Abs(v) > math.MaxFloat32 {
		return usagef("--%s %g: a number of ordinary size is wanted", flag, v)
	}
	return nil
}

// pair reads X,Y.
func pair(flag, text string) (p image.Point, err error) {
	x, y, ok := strings.Cut(text, ",")
	if ok {
		if p.X, err = strconv.Atoi(strings.TrimSpace(x)); err == nil {
			p.Y, err = strconv.Atoi(strings.TrimSpace(y))
		}
	}
	if !ok || err != nil || p.X < 0 || p.Y < 0 {
		return p, usagef("--%s %s: column and row, counted from 0, are wanted, such as 3,5", flag, text)
	}
	return p, nil
}

// laid is a kernel and how it is laid.
type laid struct {
	name    string
	kernel  *tensor.Tensor
	signed  bool // results are around 0
	options filters.Options
}

// mostStep bounds strides and dilations, in pixels.
const mostStep = 1 << 14

func (c *filterCommand) parameters() (filters.Parameters, error) {
	return filters.Parameters{Size: c.Size, Sigma: c.Sigma, Amount: c.Amount, Angle: c.Angle, Wavelength: c.Wavelength}, checkFinite("angle", c.Angle)
}

func (c *filterCommand) options() (o filters.Options, err error) {
	if c.Stride < 1 || c.Stride > mostStep || c.Dilation < 1 || c.Dilation > mostStep {
		return o, usagef("--stride %d --dilation %d: 1 to %d pixels are wanted", c.Stride, c.Dilation, mostStep)
	}
	if err := checkFinite("delta", c.Delta); err != nil {
		return o, err
	}
	o = filters.Options{Padding: c.Padding, Stride: c.Stride, Dilation: c.Dilation, Convolution: c.Convolution, Normalize: c.Normalize, Delta: c.Delta}
	if c.Anchor != "" {
		p, err := pair("anchor", c.Anchor)
		if err != nil {
			return o, err
		}
		o.Anchor = &p
	}
	return o, nil
}

// layout is what the flags ask for.
func (c *filterCommand) layout() (laid, error) {
	o, err := c.options()
	if err != nil {
		return laid{}, err
	}
	l := laid{options: o}
	if strings.ContainsAny(c.Kernel, "0123456789;,") {
		l.name = "kernel"
		l.kernel, err = filters.Parse(c.Kernel)
	} else {
		var p filters.Parameters
		if p, err = c.parameters(); err == nil {
			l.name = c.Kernel
			l.kernel, err = named(l.name, p)
		}
	}
	if err != nil {
		return l, usageError{fmt.Errorf("--kernel: %w", err)}
	}
	if a := o.Anchor; a != nil && (a.X >= l.kernel.Size(1) || a.Y >= l.kernel.Size(0)) {
		return l, usagef("--anchor %s: the kernel has %d columns and %d rows, counted from 0", c.Anchor, l.kernel.Size(1), l.kernel.Size(0))
	}
	l.signed = l.kernel.Sum().Item() <= 1e-4*l.kernel.Abs().Sum().Item()
	return l, nil
}

func named(name string, p filters.Parameters) (*tensor.Tensor, error) {
	preset, err := filters.Named(name)
	if err != nil {
		return nil, err
	}
	return preset.Kernel(p)
}

// fits says what is wrong with laying a kernel over a picture of that size.
func (l laid) fits(x *tensor.Tensor) error {
	height, width := (l.kernel.Size(0)-1)*l.options.Dilation+1, (l.kernel.Size(1)-1)*l.options.Dilation+1
	if h, w := x.Size(1), x.Size(2); l.options.Padding == filters.None && (height > h || width > w) {
		return fmt.Errorf("%s reaches over %d x %d pixels and the picture has %d x %d; with --padding none it must fit inside", l.name, width, height, w, h)
	}
	return nil
}

// filtered is a line of lumen filter --json.
type filtered struct {
	In      string  `json:"in"`
	Out     string  `json:"out"`
	Kernel  string  `json:"kernel"`
	Rows    int     `json:"kernel_rows"`
	Columns int     `json:"kernel_columns"`
	Padding string  `json:"padding"`
	Width   int     `json:"width"`
	Height  int     `json:"height"`
	Least   float64 `json:"least"` // result, before it became a colour
	Most    float64 `json:"greatest"`
	Signed  string  `json:"signed,omitempty"` // how results below 0 are shown, if there are any
}

func (c *filterCommand) Run(t terminal) error {
	if c.Out == "" && c.Explain == "" {
		return usagef("filter needs the name of a picture to write, or --explain X,Y")
	}
	if c.Grid && c.Explain != "" {
		return usagef("--grid shows all kernels, --explain one of them: give one of the two")
	}
	if err := c.apply(); err != nil {
		return err
	}
	l, err := c.layout()
	if err != nil {
		return err
	}
	mode := vision.Unchanged
	if c.Gray {
		mode = vision.Gray
	}
	x, err := vision.Open(c.In, vision.ReadOptions{Mode: mode})
	if err != nil {
		return err
	}
	if c.Grid {
		return c.sheet(t, x, l.options)
	}
	if err := l.fits(x); err != nil {
		return fmt.Errorf("%s: %w", c.In, err)
	}
	if c.Explain != "" {
		if err := c.explain(t, x, l); err != nil {
			return err
		}
	}
	if c.Out == "" {
		return nil
	}
	colours, alpha := opacity(x)
	y := filters.Filter2D(colours.To(tensor.Float32), l.kernel, l.options)
	r := filtered{In: c.In, Out: c.Out, Kernel: l.name, Rows: l.kernel.Size(0), Columns: l.kernel.Size(1), Padding: c.Padding.String(),
		Width: y.Size(2), Height: y.Size(1), Least: y.MinAll().Item(), Most: y.MaxAll().Item()}
	if r.Least < 0 || c.Signed != "" {
		r.Signed = howSigned(c.Signed, l.signed)
		fmt.Fprintf(t.errors, "%s: results from %.4g to %.4g: %s\n", c.Out, r.Least, r.Most, signedWays[r.Signed])
	}
	out := shown(y, r.Signed)
	switch {
	case alpha == nil:
	case alpha.Size(1) == out.Size(1) && alpha.Size(2) == out.Size(2):
		out = tensor.Concat(0, out, alpha)
	default:
		fmt.Fprintf(t.errors, "%s: opaque, since it has another size than the picture, whose opacity is not filtered\n", c.Out)
	}
	if err := vision.SaveImage(c.Out, out); err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(t.out).Encode(r)
	}
	_, err = fmt.Fprintf(t.out, "%s: %d x %d pixels, %s of %d x %d weights, padding %v\n", c.Out, r.Width, r.Height, r.Kernel, r.Columns, r.Rows, c.Padding)
	return err
}

// opacity takes a picture's alpha, which is not filtered, from its colours; nil if it has none.
func opacity(x *tensor.Tensor) (colours, alpha *tensor.Tensor) {
	if n := x.Size(0); n == 2 || n == 4 {
		return x.Slice(0, 0, n-1, 1), x.Slice(0, n-1, n, 1)
	}
	return x, nil
}

// explain prints the products at a pixel, channel by channel.
func (c *filterCommand) explain(t terminal, x *tensor.Tensor, l laid) error {
	at, err := pair("explain", c.Explain)
	if err != nil {
		return err
	}
	colours, _ := opacity(x)
	names := []string{"grey"}
	if colours.Size(0) == 3 {
		names = []string{"red", "green", "blue"}
	}
	size := filters.Filter2D(colours.Select(0, 0), l.kernel, l.options)
	if at.X >= size.Size(1) || at.Y >= size.Size(0) {
		return usagef("--explain %s: the result has %d columns and %d rows, counted from 0", c.Explain, size.Size(1), size.Size(0))
	}
	for i, name := range names {
		e := filters.Explain(colours.Select(0, i).To(tensor.Float32), l.kernel, l.options, at.X, at.Y)
		if c.JSON {
			line := struct {
				In      string `json:"in"`
				Channel string `json:"channel"`
				filters.Explanation
			}{c.In, name, e}
			if err := json.NewEncoder(t.out).Encode(line); err != nil {
				return err
			}
			continue
		}
		if i > 0 {
			fmt.Fprintln(t.out)
		}
		if _, err := fmt.Fprintf(t.out, "%s, %s, padding %v, %s:\n%v", c.In, l.name, c.Padding, name, e); err != nil {
			return err
		}
	}
	return nil
}
