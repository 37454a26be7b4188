package report

import (
	"encoding/json"
	"fmt"
	"iter"
	"path/filepath"

	"github.com/lumen-ml/lumen/probe"
	"github.com/lumen-ml/lumen/train"
)

const (
	mostSamples    = 4096
	mostHistograms = 64
)

// events fills in what the events say.
func (r *Run) events(events iter.Seq2[train.Event, error]) error {
	samples, histograms := sampler{most: mostSamples}, sampler{most: mostHistograms}
	var lives lives
	for e, err := range events {
		if err != nil {
			return err
		}
		switch e := e.(type) {
		case train.Started:
			if r.Start == nil {
				first := e
				r.Start = &first
			}
			if e.Continued {
				r.Continued = append(r.Continued, e.Resumed)
			}
		case train.Stepped:
			r.Steps = append(r.Steps, Step{Step: e.Step, Epoch: e.Epoch, Loss: e.Loss, LR: e.LR, Seconds: e.Seconds})
		case train.Probed:
			if e.Step == nil || !e.Sampled() {
				break
			}
			samples.add(e.Step)
			if hasHistograms(e.Step) {
				histograms.add(e.Step)
			}
		case train.EpochEnded:
			r.Epochs = append(r.Epochs, e)
		case train.Ended:
			last := e
			r.End = &last
		case train.Message:
			if e.Name != "finding" {
				break
			}
			raw, err := json.Marshal(e.Data)
			if err == nil {
				err = lives.tell(raw)
			}
			if err != nil {
				return fmt.Errorf("%s: a finding cannot be read: %w", filepath.Join(r.Dir, train.EventsFile), err)
			}
		}
	}
	r.Samples, r.Histograms, r.Findings = samples.all(), histograms.all(), lives.all()
	return nil
}

func hasHistograms(s *probe.Step) bool {
	for i := range s.Layers {
		if s.Layers[i].Output.Histogram != nil {
			return true
		}
	}
	for i := range s.Params {
		if s.Params[i].Weight.Histogram != nil {
			return true
		}
	}
	return false
}

// sampler keeps at most so many of a stream of unknown length, in even distances, the first and the last among them.
type sampler struct {
	most  int
	kept  []*probe.Step
	every int // of the stream is kept; 0 means 1
	n     int // heard
	last  *probe.Step
}

func (s *sampler) add(step *probe.Step) {
	s.every = max(s.every, 1)
	if s.n%s.every == 0 {
		if len(s.kept) == s.most-1 { // one place is the last one's
			half := s.kept[:0]
			for i := 0; i < len(s.kept); i += 2 {
				half = append(half, s.kept[i])
			}
			clear(s.kept[len(half):])
			s.kept = half
			s.every *= 2
		}
		if s.n%s.every == 0 {
			s.kept = append(s.kept, step)
		}
	}
	s.n++
	s.last = step
}

func (s *sampler) all() []*probe.Step {
	if n := len(s.kept); n > 0 && s.kept[n-1] != s.last {
		s.kept = append(s.kept, s.last)
	}
	return s.kept
}
