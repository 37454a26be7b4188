package diag_test

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/diag"
)

// TestFormats: docs/formats.md names every field of a finding in its JSON, in order.
func TestFormats(t *testing.T) {
	b, err := os.ReadFile("../docs/formats.md")
	if err != nil {
		t.Fatal(err)
	}
	_, row, found := strings.Cut(string(b), "\n| `finding` |")
	row, _, _ = strings.Cut(row, "\n")
	if !found {
		t.Fatal("docs/formats.md has no row of the finding event")
	}
	head, tail, found := strings.Cut(row, "`evidence`")
	if !found {
		t.Fatal("the row does not name the evidence")
	}
	named := func(what string, v any, text string) {
		t.Helper()
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		fields := map[string]any{}
		if err := json.Unmarshal(b, &fields); err != nil {
			t.Fatal(err)
		}
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			if name != "evidence" && !strings.Contains(text, "`"+name+"`") {
				t.Errorf("%s has the field %q, which docs/formats.md does not name", what, name)
			}
		}
	}
	f := diag.Finding{Evidence: []diag.Evidence{{What: "a", Step: 1}}}
	named("a finding", f, head)
	var parts struct {
		Evidence []map[string]any `json:"evidence"`
	}
	b, err = json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &parts); err != nil || len(parts.Evidence) != 1 {
		t.Fatalf("%v: %s", err, b)
	}
	named("evidence", parts.Evidence[0], tail)
}
