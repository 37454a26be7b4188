package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"github.com/lumen-ml/lumen/plot"
	"github.com/lumen-ml/lumen/report"
	"github.com/lumen-ml/lumen/train"
)

// savePictures draws a run that is over: loss and accuracy over the epochs, as its events have them, and which class of
// the test images was taken for which. Each is a PNG and an SVG in the run's folder, beside the confusion matrix's numbers.
func savePictures(dir string, o options, confusion [][]int64) error {
	c, err := readCurves(filepath.Join(dir, train.EventsFile))
	if err != nil {
		return fmt.Errorf("the run is complete, but its pictures could not be drawn: %w", err)
	}
	figures := map[string]*plot.Figure{
		"loss": plot.Lines(plot.Options{Title: "Loss of " + o.Preset, X: "epoch", Y: "mean loss", LogY: true},
			plot.Series{Name: "training, while it ran", X: c.at, Y: c.loss}, plot.Series{Name: "validation", X: c.epochs, Y: c.validationLoss}),
		"accuracy": plot.Lines(plot.Options{Title: "Accuracy of " + o.Preset, X: "epoch", Y: "share of images that are right"},
			plot.Series{Name: "training, while it ran", X: c.epochs, Y: c.accuracy}, plot.Series{Name: "validation", X: c.epochs, Y: c.validationAccuracy}),
		"confusion": plot.Confusion(confusion, o.Classes),
	}
	for name, figure := range figures {
		for _, format := range []string{".png", ".svg"} {
			if err := figure.Save(filepath.Join(dir, name+format)); err != nil {
				return fmt.Errorf("the run is complete, but a picture could not be written: %w", err)
			}
		}
	}
	numbers := report.Confusion{Classes: o.Classes, Counts: confusion}
	if err := numbers.Save(dir); err != nil {
		return fmt.Errorf("the run is complete, but its confusion matrix could not be written: %w", err)
	}
	return nil
}

// curves are a run's numbers. The loss of training is a mean over a few steps each, at a place counted in epochs.
type curves struct {
	at, loss                                             []float64
	epochs, accuracy, validationLoss, validationAccuracy []float64
}

// windows is how many means of the loss there are at most, about.
const windows = 400

// readCurves reads events.jsonl.
func readCurves(path string) (curves, error) {
	var c curves
	f, err := os.Open(path)
	if err != nil {
		return c, err
	}
	defer f.Close()
	window := 1   // steps that are averaged
	perEpoch := 1 // steps
	sum, n := 0.0, 0
	flush := func(step int) {
		if n > 0 {
			c.at, c.loss = append(c.at, (float64(step)-float64(n-1)/2)/float64(perEpoch)), append(c.loss, sum/float64(n))
		}
		sum, n = 0, 0
	}
	last := 0
	lines := json.NewDecoder(bufio.NewReader(f))
	for {
		var e struct {
			Event              string
			Step, Epoch        int
			Epochs             int
			StepsPerEpoch      int `json:"steps_per_epoch"`
			Loss               any
			Accuracy           any
			ValidationLoss     any `json:"validation_loss"`
			ValidationAccuracy any `json:"validation_accuracy"`
		}
		err := lines.Decode(&e)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return c, fmt.Errorf("%s: not the events that a run writes: %w", path, err)
		}
		switch e.Event {
		case "start":
			perEpoch = max(e.StepsPerEpoch, 1)
			window = max(e.Epochs*perEpoch/windows, 1)
		case "batch":
			sum += number(e.Loss)
			n++
			last = e.Step
			if n == window {
				flush(last)
			}
		case "epoch":
			c.epochs = append(c.epochs, float64(e.Epoch))
			c.accuracy = append(c.accuracy, number(e.Accuracy))
			c.validationLoss = append(c.validationLoss, number(e.ValidationLoss))
			c.validationAccuracy = append(c.validationAccuracy, number(e.ValidationAccuracy))
		}
	}
	flush(last)
	return c, nil
}

// number is a field of an event; one that is not finite stands there as a string, and cannot be drawn.
func number(v any) float64 {
	if f, ok := v.(float64); ok {
		return f
	}
	return math.NaN()
}
