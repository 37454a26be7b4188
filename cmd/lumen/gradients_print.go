package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/lumen-ml/lumen/probe"
	"github.com/lumen-ml/lumen/train"
)

// printLook writes one line of JSON.
func printLook(w io.Writer, s setting, l look, seed uint64, trained bool) error {
	type layer struct {
		K                int `json:"k"`
		MeanAbsGradW     any `json:"mean_abs_grad_w"`
		MeanAbsGradX     any `json:"mean_abs_grad_x"`
		FactorActivation any `json:"factor_activation"`
		FactorWeights    any `json:"factor_weights"`
	}
	line := struct {
		Activation string  `json:"activation"`
		Init       string  `json:"init"`
		Seed       uint64  `json:"seed"`
		Step       int     `json:"step"`
		Loss       any     `json:"loss"`
		Accuracy   any     `json:"test_accuracy,omitempty"`
		Layers     []layer `json:"layers"`
	}{Activation: l.activation.name, Init: s.init, Seed: seed, Step: l.step, Loss: train.Finite(l.loss)}
	if trained {
		line.Accuracy = l.accuracy
	}
	for _, k := range l.links {
		line.Layers = append(line.Layers, layer{k.K, train.Finite(k.MeanAbsGradW), train.Finite(k.MeanAbsGradX),
			train.Finite(k.FactorActivation), train.Finite(k.FactorWeights)})
	}
	return json.NewEncoder(w).Encode(line)
}

// barColumns is the columns of the longest bar.
const barColumns = 36

// printSetting writes the table of a setting before training and, where it was trained,
// how its first and last layers fared.
func printSetting(w io.Writer, s setting, again bool) error {
	var b strings.Builder
	if again {
		b.WriteString("\n")
	}
	first := s.looks[0]
	fmt.Fprintf(&b, "%s: loss %s before training\n", s.name(), train.Figure(first.loss))
	bound := s.activation.name == "sigmoid"
	head := ""
	if bound {
		head = "  1/4 a layer"
	}
	fmt.Fprintf(&b, "%5s  %-12s  %-*s  %8s %8s %8s%s\n", "layer", "mean |dL/dW|", barColumns, "on a logarithmic scale", "a'", "weights", "product", head)
	low, high := math.Inf(1), math.Inf(-1)
	for _, l := range first.links {
		if v := math.Log10(l.MeanAbsGradW); !math.IsInf(v, 0) && !math.IsNaN(v) {
			low, high = min(low, v), max(high, v)
		}
	}
	low = min(low-(high-low)*0.05, high-3) // less than three decades would be made to look like a fall
	for _, l := range first.links {
		bar := 0
		if v := math.Log10(l.MeanAbsGradW); v >= low && high > low {
			bar = int(math.Round((v - low) / (high - low) * barColumns))
		}
		theory := ""
		if n := len(first.links); bound && l.K < n {
			theory = fmt.Sprintf("%13.2e", first.links[n-2].MeanAbsGradW*math.Pow(0.25, float64(n-1-l.K)))
		}
		fmt.Fprintf(&b, "%5d  %-12.2e  %s%s  %8.3f %8.3f %8.3f%s\n", l.K, l.MeanAbsGradW, strings.Repeat("█", bar), strings.Repeat(" ", barColumns-bar),
			l.FactorActivation, l.FactorWeights, l.FactorActivation*l.FactorWeights, theory)
	}
	if len(s.looks) > 1 {
		n := len(first.links)
		fmt.Fprintf(&b, "\n%6s  %8s  %8s  %12s %12s %12s  %s\n", "step", "loss", "accuracy", "layer 1", fmt.Sprint("layer ", (n+1)/2), fmt.Sprint("layer ", n), "mean |dL/dW|")
		for i, l := range s.looks {
			note := ""
			if i > 0 && l.activation.name != s.looks[i-1].activation.name {
				note = "from here on " + l.activation.name
			}
			fmt.Fprintf(&b, "%6d  %8s  %6.2f %%  %12.2e %12.2e %12.2e  %s\n", l.step, train.Figure(l.loss), 100*l.accuracy, l.links[0].MeanAbsGradW, l.links[(n-1)/2].MeanAbsGradW,
				l.links[n-1].MeanAbsGradW, note)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// between is the hidden layers that have as many inputs as outputs, of which alone a
// common factor can be told: 2 up to the last hidden one.
func between(links []probe.Link) []probe.Link {
	if len(links) < 3 {
		return nil
	}
	return links[1 : len(links)-1]
}

// geometric is the geometric mean of a factor.
func geometric(links []probe.Link, f func(probe.Link) float64) float64 {
	sum := 0.0
	for _, l := range links {
		sum += math.Log(f(l))
	}
	return math.Exp(sum / float64(len(links)))
}

func mean(links []probe.Link, f func(probe.Link) float64) float64 {
	sum := 0.0
	for _, l := range links {
		sum += f(l)
	}
	return sum / float64(len(links))
}

// line fits log10 of mean |dL/dW| by the layer: decades a layer on the way from the input to the output, and
// the share of the variance that the straight line explains.
func line(links []probe.Link) (slope, r2 float64) {
	n, sx, sy, sxx, sxy, syy := 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
	for _, l := range links {
		x, y := float64(l.K), math.Log10(l.MeanAbsGradW)
		n, sx, sy, sxx, sxy, syy = n+1, sx+x, sy+y, sxx+x*x, sxy+x*y, syy+y*y
	}
	vx, vy, c := sxx-sx*sx/n, syy-sy*sy/n, sxy-sx*sy/n
	if vy == 0 {
		return 0, 1
	}
	return c / vx, c * c / (vx * vy)
}

// verdict is what becomes of the gradient, by the factor of a layer.
func verdict(factor float64, layers int) string {
	whole := math.Pow(factor, float64(layers))
	switch {
	case math.IsNaN(factor):
		return "is no number any more"
	case whole < 0.01:
		return "vanishes"
	case whole > 100:
		return "explodes"
	case whole < 0.1:
		return "falls"
	case whole > 10:
		return "grows"
	}
	return "keeps its size"
}

// printAnswers answers the three questions of the exercise with this run's numbers.
func printAnswers(w io.Writer, settings []setting) error {
	if len(between(settings[0].looks[0].links)) == 0 {
		return nil // a single hidden layer has no way back
	}
	var b strings.Builder
	b.WriteString("\nWhat makes it vanish or explode. Going back through a layer the gradient is multiplied by the\n" +
		"activation's derivative, dL/dz = dL/dh a'(z), and then by the weights, dL/dx = W^T dL/dz. A factor\n" +
		"for each layer means a power of the depth (geometric means, layers 2 to the last hidden one):\n")
	for _, s := range settings {
		links := between(s.looks[0].links)
		a := geometric(links, func(l probe.Link) float64 { return l.FactorActivation })
		f := geometric(links, func(l probe.Link) float64 { return l.FactorWeights })
		fmt.Fprintf(&b, "  %-20s a' %.3f x weights %.3f = %.3f a layer, %.1e over %d: it %s\n", s.name(), a, f, a*f,
			math.Pow(a*f, float64(len(links))), len(links), verdict(a*f, len(links)))
	}
	b.WriteString("\nWhy ReLU helps. Its derivative is 1 where a unit is on and 0 where it is off, however large z is:\n")
	relu := false
	for _, s := range settings {
		links := between(s.looks[0].links)
		d := mean(links, func(l probe.Link) float64 { return l.MeanDerivative })
		switch factor := geometric(links, func(l probe.Link) float64 { return l.FactorActivation }); {
		case math.IsNaN(factor):
			relu = relu || s.activation.name == "relu"
			fmt.Fprintf(&b, "  %-20s its values are no numbers any more: nothing can be said\n", s.name())
		case s.activation.name == "relu":
			relu = true
			fmt.Fprintf(&b, "  %-20s %.0f %% of the units are on and pass on all; as a factor %.3f, which weights\n"+
				"  %-20s of variance 2/fan_in (kaiming) make up for\n", s.name(), 100*d, factor, "")
		case s.activation.name == "sigmoid":
			fmt.Fprintf(&b, "  %-20s a' is at most 1/4, here %.3f on average: %d layers leave at most %.1e\n", s.name(), d, len(links),
				math.Pow(0.25, float64(len(links))))
		default:
			fmt.Fprintf(&b, "  %-20s a' is %.3f on average\n", s.name(), d)
		}
	}
	if !relu {
		b.WriteString("  (not among these settings: --activation relu shows it)\n")
	}
	b.WriteString("\nWhat the curve shows. log10 of mean |dL/dW| against the layer; a factor for each\nlayer makes a straight line:\n")
	for _, s := range settings {
		links := between(s.looks[0].links)
		slope, r2 := line(links)
		first, last := links[0], links[len(links)-1]
		shape := "no straight line"
		switch {
		case math.Abs(slope) < 0.05:
			shape = "about flat"
		case r2 > 0.95:
			shape = "a straight line"
		}
		fmt.Fprintf(&b, "  %-20s layer %d: %.1e of layer %d, %+.2f decades a layer, %s\n", s.name(), first.K,
			first.MeanAbsGradW/last.MeanAbsGradW, last.K, -slope, shape)
		of := math.Log10(geometric(links, func(l probe.Link) float64 { return l.FactorActivation * l.FactorWeights }))
		if math.Abs(-slope-of) > 0.1 { // the gradient of the weights does not go as the gradient that comes to them
			fmt.Fprintf(&b, "  %-20s of this dL/dz has %+.2f, and the inputs h, as dL/dW = dL/dz h^T, %+.2f\n", "", of, -slope-of)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
