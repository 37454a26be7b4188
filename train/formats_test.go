package train_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/format/safetensors"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/probe"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/train"
)

// TestFormats compares docs/formats.md with the events and checkpoints of a run in which
// everything happens: it is interrupted, resumed, and ended by a listener, and its
// schedule, its metric and a listener have a memory.
func TestFormats(t *testing.T) {
	dir := t.TempDir() + "/run"
	everything := func(on func(e train.Event) error) train.Config {
		c := config(t, dir)
		c.Probe = &probe.Options{Every: 5}
		c.Schedule = optim.NewReduceOnPlateau(0.01, optim.ReduceOnPlateauOptions{Factor: 0.5, Patience: 1})
		c.Listeners = append(c.Listeners, train.ListenerFunc(on))
		return c
	}
	at := func(e train.Event, step int) bool {
		s, ok := e.(train.Stepped)
		return ok && s.Step == step
	}
	ctx, cancel := context.WithCancel(context.Background())
	c := everything(func(e train.Event) error {
		if at(e, 10) {
			cancel()
		}
		return nil
	})
	if _, err := train.Run(ctx, c); err == nil {
		t.Fatal("it was not interrupted")
	}
	c = everything(func(e train.Event) error {
		if at(e, 20) {
			return fmt.Errorf("enough: %w", train.Stop)
		}
		return nil
	})
	c.Resume = true
	mustRun(t, context.Background(), c)
	t.Run("events", func(t *testing.T) { documentedEvents(t, filepath.Join(dir, train.EventsFile)) })
	t.Run("checkpoint", func(t *testing.T) { documentedCheckpoint(t, filepath.Join(dir, train.LastCheckpoint)) })
}

// formats is the part of docs/formats.md between two of its phrases.
func formats(t *testing.T, from, to string) string {
	t.Helper()
	b, err := os.ReadFile("../docs/formats.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(b), from)
	part, _, ended := strings.Cut(rest, to)
	if !found || !ended {
		t.Fatalf("docs/formats.md has nothing from %q to %q", from, to)
	}
	return part
}

// rows are the rows of a table: what its first column has in backticks, and the rest.
func rows(text string) map[string]string {
	all := map[string]string{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|(.*)$").FindAllStringSubmatch(text, -1) {
		all[m[1]] = m[2]
	}
	return all
}

// names are the field names in backticks.
func names(text string) []string {
	set := map[string]bool{}
	for _, m := range regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(text, -1) {
		set[m[1]] = true
	}
	return slices.Sorted(maps.Keys(set))
}

// TestFormatsOfTries compares docs/formats.md with the last events of what is no whole run.
func TestFormatsOfTries(t *testing.T) {
	var last []byte
	keep := train.ListenerFunc(func(e train.Event) error {
		last = train.JSON(e)
		return nil
	})
	c := fitting(t)
	c.Listeners = []train.Listener{keep}
	if _, err := train.OverfitBatch(context.Background(), c, train.OverfitOptions{Steps: 1}); err != nil {
		t.Fatal(err)
	}
	overfit := last
	c = fitting(t)
	c.Listeners, c.Anomaly = []train.Listener{keep}, true
	c.Loss = func(pred, target *tensor.Tensor) *tensor.Tensor { return pred.ReLU().Sqrt().Sum() }
	if _, err := train.Run(context.Background(), c); err == nil {
		t.Fatal("the run of NaN did not fail")
	}
	want := rows(formats(t, "Two other events", "`anomaly` is the last event"))
	for kind, line := range map[string][]byte{"overfit": overfit, "anomaly": last} {
		var e map[string]any
		if err := json.Unmarshal(line, &e); err != nil || e["event"] != kind {
			t.Fatalf("%v: %s", err, line)
		}
		delete(e, "event")
		if have, want := slices.Sorted(maps.Keys(e)), names(want[kind]); !slices.Equal(have, want) {
			t.Errorf("the %s event has %v, docs/formats.md says %v", kind, have, want)
		}
	}
}

func documentedEvents(t *testing.T, path string) {
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]map[string]bool{}
	for _, l := range strings.Split(strings.TrimSpace(string(b)), "\n") {
		var e map[string]any
		if err := json.Unmarshal([]byte(l), &e); err != nil {
			t.Fatal(err)
		}
		kind := e["event"].(string)
		delete(e, "event")
		if got[kind] == nil {
			got[kind] = map[string]bool{}
		}
		for name := range e {
			got[kind][name] = true
		}
	}
	want := rows(formats(t, "| `event` | Fields |", "The last line of a run"))
	if have, want := slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)); !slices.Equal(have, want) {
		t.Errorf("there are events %v, docs/formats.md says %v", have, want)
	}
	for kind, text := range want {
		if have, want := slices.Sorted(maps.Keys(got[kind])), names(text); !slices.Equal(have, want) {
			t.Errorf("the %s event has %v, docs/formats.md says %v", kind, have, want)
		}
	}
}

func documentedCheckpoint(t *testing.T, path string) {
	f, err := safetensors.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	tensors, err := f.Tensors()
	if err != nil {
		t.Fatal(err)
	}
	want := rows(formats(t, "Their tensors:", "On resume"))
	got := map[string]bool{}
	for name, x := range tensors {
		for _, prefix := range []string{"model.", "optimizer.", "listener."} {
			if strings.HasPrefix(name, prefix) {
				name = prefix + "NAME"
			}
		}
		name = regexp.MustCompile(`^(running\.metric\.)\d+$`).ReplaceAllString(name, "${1}K")
		got[name] = true
		if said := regexp.MustCompile(`(float|uint)\d+`).FindString(want[name]); said != "" && x.DType().String() != said {
			t.Errorf("%s is %v, docs/formats.md says %s", name, x.DType(), said)
		}
	}
	if have, want := slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)); !slices.Equal(have, want) {
		t.Errorf("a checkpoint has the tensors %v, docs/formats.md says %v", have, want)
	}

	fields := map[string]bool{}
	for name := range f.Metadata() {
		fields[name] = true
	}
	var position map[string]any
	if err := json.Unmarshal([]byte(f.Metadata()["position"]), &position); err != nil {
		t.Fatal(err)
	}
	for name := range position {
		fields[name] = true
	}
	for name := range position["recipe"].(map[string]any) {
		fields[name] = true
	}
	if have, want := slices.Sorted(maps.Keys(fields)), names(formats(t, "Their metadata:", "Their tensors:")); !slices.Equal(have, want) {
		t.Errorf("a checkpoint's metadata have %v, docs/formats.md says %v", have, want)
	}
}
