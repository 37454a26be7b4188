package train_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/probe"
	"github.com/lumen-ml/lumen/train"
)

// TestReadEvents: all events of a run with everything in it come back as they were, and make the
// same lines.
func TestReadEvents(t *testing.T) {
	for _, validated := range []bool{true, false} {
		dir := t.TempDir() + "/run"
		c := config(t, dir)
		c.Epochs = 2
		c.Probe = &probe.Options{Every: 5}
		if !validated {
			c.Validation, c.Test, c.Listeners = data.Dataset(nil), nil, nil
		}
		c.Listeners = append(c.Listeners, &prober{options: probe.Options{}, say: func(p *prober, e train.Event) error {
			if s, ok := e.(train.Stepped); ok && s.Step == 3 {
				return p.emit(train.Message{Name: "finding", Data: map[string]any{"a": 1, "b": []string{"<x>"}, "c": map[string]any{}}})
			}
			return nil
		}})
		record := mustRun(t, context.Background(), c)
		b, err := os.ReadFile(filepath.Join(dir, train.EventsFile))
		if err != nil {
			t.Fatal(err)
		}
		want := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
		k := 0
		var last train.Event
		for e, err := range train.ReadEvents(dir) {
			if err != nil {
				t.Fatal(err)
			}
			if got := string(train.JSON(e)); k >= len(want) || got != want[k] {
				t.Fatalf("event %d is %s, not %s", k, got, want[min(k, len(want)-1)])
			}
			k++
			switch e := e.(type) {
			case train.Started:
				if e.Dir != dir || e.Snapshot() != nil || e.Examples != 600 {
					t.Errorf("%+v", e)
				}
			case train.Stepped:
				if e.Batches != 19 || e.Metrics() != nil {
					t.Errorf("%+v", e)
				}
			case train.EpochEnded:
				if e.Epochs != 2 || len(e.Metrics) != 1 || e.Metrics[0].Name != "accuracy" || e.Validated != validated || validated && e.Validation[0] != record.Epochs[e.Epoch-1].Validation[0] {
					t.Errorf("%+v", e)
				}
			case train.Message:
				if _, ok := e.Data.(json.RawMessage); !ok || e.Name != "finding" {
					t.Errorf("%+v", e)
				}
			}
			last = e
		}
		if end, ok := last.(train.Ended); k != len(want) || !ok || end.Tested != validated || end.Steps != 38 {
			t.Errorf("%d of %d events, the last %+v", k, len(want), last)
		}
	}
}

func events(dir string) (kinds []string, err error) {
	for e, err := range train.ReadEvents(dir) {
		if err != nil {
			return kinds, err
		}
		kinds = append(kinds, e.Kind())
	}
	return kinds, nil
}

// TestReadEventsDamaged: what a killed run leaves is read as far as it goes, anything else is an
// error that names the line.
func TestReadEventsDamaged(t *testing.T) {
	const batch = `{"event":"batch","step":1,"epoch":1,"batch":1,"examples":4,"loss":"NaN","lr":0.1,"seconds":0.5,"data_seconds":0}`
	for _, c := range []struct {
		text, kinds, want string
	}{
		{"", "", ""},
		{batch + "\n" + batch + "\n", "batch batch", ""},
		{batch + "\n" + batch, "batch batch", ""},
		{batch + "\n" + batch[:40], "batch", ""},
		{batch + "\n" + batch[:40] + "\n" + batch + "\n", "batch", "line 2"},
		{batch + "\n\n" + batch + "\n", "batch", "line 2"},
		{batch + "\n[1]\n", "batch", "line 2: it is no JSON object"},
		{`{"step":1}` + "\n", "", `line 1: it has no "event"`},
		{`{"event":"x","event":"y"}` + "\n", "", `line 1: field "event" stands there twice`},
		{`{"event":3}` + "\n", "", `line 1: it has no "event"`},
		{`{"event":"batch","step":"one"}` + "\n", "", `line 1: event "batch": field "step"`},
		{`{"event":"batch","loss":"nan"}` + "\n", "", `field "loss": "nan" is no number`},
		{`{"event":"epoch","accuracy":[]}` + "\n", "", `metric "accuracy"`},
		{`{"event":"probe","step":-4}` + "\n", "", `event "probe": step is -4`},
		{batch + batch + "\n", "", "line 1: something stands behind"},
		{`{"event":"lab","a":{"b":[1,2]}}` + "\n", "lab", ""},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, train.EventsFile), []byte(c.text), 0o666); err != nil {
			t.Fatal(err)
		}
		kinds, err := events(dir)
		if got := strings.Join(kinds, " "); got != c.kinds || (err == nil) != (c.want == "") || err != nil && (!strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), dir)) {
			t.Errorf("%q: %s, %v; want %s, %q", c.text, got, err, c.kinds, c.want)
		}
	}
	if _, err := events(t.TempDir()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	for range train.ReadEvents(t.TempDir()) {
		break
	}
}

// FuzzReadEvents: whatever stands in the file is read or refused; what is read makes a line that
// reads as itself.
func FuzzReadEvents(f *testing.F) {
	f.Add([]byte(`{"event":"start","epochs":3,"steps_per_epoch":4}` + "\n" + `{"event":"epoch","epoch":1,"validation_loss":1,"validation_accuracy":"Inf","accuracy":0.5}` + "\n"))
	f.Add([]byte(`{"event":"probe","step":1,"layers":[{"name":"a","output":{"count":3}}],"params":[]}` + "\n" + `{"event":"finding","x":1}` + "\n"))
	f.Add([]byte(`{"event":"end","test_loss":1,"test_accuracy":2,"stopped":"x"}`))
	f.Add([]byte(`{"event":"checkpoint","step":1,"best":true,"path":"p"}` + "\n{"))
	f.Fuzz(func(t *testing.T, text []byte) {
		dir := t.TempDir()
		path := filepath.Join(dir, train.EventsFile)
		if err := os.WriteFile(path, text, 0o666); err != nil {
			t.Fatal(err)
		}
		var lines []string
		for e, err := range train.ReadEvents(dir) {
			if err != nil {
				return
			}
			lines = append(lines, string(train.JSON(e)))
		}
		if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o666); err != nil {
			t.Fatal(err)
		}
		k := 0
		for e, err := range train.ReadEvents(dir) {
			if len(lines) == 0 {
				return // of no events the file is an empty line
			}
			if err != nil {
				t.Fatalf("event %d was read once, and not again: %v", k, err)
			}
			if got := string(train.JSON(e)); got != lines[k] {
				t.Fatalf("event %d: %s comes back as %s", k, lines[k], got)
			}
			k++
		}
	})
}
