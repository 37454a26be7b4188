package table

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/lumen-ml/lumen/internal/atomicfile"
)

const (
	pipelineFormat  = "lumen table pipeline"
	pipelineVersion = 1
	maxPipeline     = 64 << 20 // bytes of its file
)

// kinds lists the steps by their name in a file.
var kinds = []struct {
	name, title string
	is          func(s Step) bool
	empty       func() fitted
}{
	{"select", "Select", is[Select], func() fitted { return &selecting{} }},
	{"drop", "Drop", is[Drop], func() fitted { return &dropping{} }},
	{"impute", "Impute", is[Impute], func() fitted { return &imputing{} }},
	{"one_hot", "OneHot", is[OneHot], func() fitted { return &oneHotEncoding{} }},
	{"ordinal", "Ordinal", is[Ordinal], func() fitted { return &ordinalEncoding{} }},
	{"standard_scale", "StandardScale", is[StandardScale], func() fitted { return &standardScaling{} }},
	{"min_max_scale", "MinMaxScale", is[MinMaxScale], func() fitted { return &minMaxScaling{} }},
}

func is[S Step](s Step) bool {
	_, ok := s.(S)
	return ok
}

// nameOf is the step's name in a program.
func nameOf(s Step) string {
	for _, k := range kinds {
		if k.is(s) {
			return k.title
		}
	}
	return fmt.Sprintf("%T", s)
}

// pipelineFile is the JSON of a pipeline. A step is an object with one member, its name.
type pipelineFile struct {
	Format   string                       `json:"format"`
	Version  int                          `json:"version"`
	Inputs   []string                     `json:"inputs"`
	Steps    []map[string]json.RawMessage `json:"steps"`
	Features []string                     `json:"features"`
}

// MarshalJSON writes a fitted pipeline: its steps with their options and what they have learned. Numbers read back as
// the same.
func (p *Pipeline) MarshalJSON() ([]byte, error) {
	if err := p.wantFitted("saving"); err != nil {
		return nil, err
	}
	file := pipelineFile{Format: pipelineFormat, Version: pipelineVersion, Inputs: p.inputs, Features: p.features}
	file.Steps = []map[string]json.RawMessage{}
	for _, f := range p.fitted {
		text, err := json.Marshal(f)
		if err != nil {
			return nil, err
		}
		for _, k := range kinds {
			if k.is(f.step()) {
				file.Steps = append(file.Steps, map[string]json.RawMessage{k.name: text})
			}
		}
	}
	return json.Marshal(file)
}

// UnmarshalJSON reads what MarshalJSON wrote. Everything is checked: the format and its version, the steps' names and
// options, what they have learned, and that the steps, one after the other, make the features of the inputs. After an
// error the pipeline is as it was.
func (p *Pipeline) UnmarshalJSON(text []byte) error {
	var file pipelineFile
	if err := strict(text, &file); err != nil {
		return fmt.Errorf("table: this is no pipeline: %w", err)
	}
	switch {
	case file.Format != pipelineFormat:
		return fmt.Errorf("table: this is no pipeline: its format is %s, expected %s", quoted(file.Format), quoted(pipelineFormat))
	case file.Version != pipelineVersion:
		return fmt.Errorf("table: the pipeline is of version %d, this program reads version %d", file.Version, pipelineVersion)
	}
	read := Pipeline{inputs: file.Inputs, features: file.Features, fitted: []fitted{}}
	for i, members := range file.Steps {
		f, err := readStep(members)
		if err != nil {
			return fmt.Errorf("table: step %d of the pipeline: %w", i+1, err)
		}
		read.fitted = append(read.fitted, f)
		read.steps = append(read.steps, f.step())
	}
	if err := read.checkNames(); err != nil {
		return fmt.Errorf("table: the pipeline does not fit together: %w", err)
	}
	*p = read
	return nil
}

func readStep(members map[string]json.RawMessage) (fitted, error) {
	if len(members) != 1 {
		return nil, fmt.Errorf("it is an object of %d members, expected one, named after the step", len(members))
	}
	var name string
	for name = range members {
	}
	for _, k := range kinds {
		if k.name != name {
			continue
		}
		f := k.empty()
		err := strict(members[name], f)
		if err == nil {
			err = f.check()
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return f, nil
	}
	return nil, fmt.Errorf("%s is no step that this program knows", quoted(name))
}

// checkNames sends a table of no rows through the steps.
func (p *Pipeline) checkNames() error {
	columns := make([]*Column, len(p.inputs))
	for i, name := range p.inputs {
		columns[i] = &Column{name: name, kind: Number}
	}
	t, err := newTable(columns)
	if err != nil {
		return err
	}
	if t, err = p.Transform(t); err != nil {
		return err
	}
	if !slices.Equal(t.Names(), p.features) {
		return fmt.Errorf("its steps make the features %s, and it says %s", list(t.Names()), list(p.features))
	}
	return nil
}

// strict decodes one JSON value without members that v does not have.
func strict(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something stands behind the JSON value")
	}
	return nil
}

// Save writes the fitted pipeline to a JSON file, whole or not at all.
func (p *Pipeline) Save(path string) error {
	text, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err
	}
	return atomicfile.WriteFile(path, func(w io.Writer) error {
		_, err := w.Write(append(text, '\n'))
		return err
	})
}

// LoadPipeline reads a pipeline that [Pipeline.Save] wrote, ready for Transform, and checks it.
func LoadPipeline(path string) (*Pipeline, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxPipeline+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxPipeline {
		return nil, fmt.Errorf("%s: it is larger than %d MiB and no pipeline", path, maxPipeline>>20)
	}
	p := new(Pipeline)
	if err := json.Unmarshal(text, p); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}
