package probe_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/probe"
)

func silent(step, units int, dead ...int) *probe.Step {
	return &probe.Step{Step: step, Layers: []probe.Layer{
		{Name: "fc1", Op: "linear"},
		{Name: "fc1.relu", Op: "relu", Units: units, Dead: dead},
		{Name: "fc2.relu", Op: "relu", Units: 3},
	}}
}

func TestDeadUnits(t *testing.T) {
	var d probe.DeadUnits
	if got := d.String(); got != "no dead units in 0 samples up to step 0\n" {
		t.Errorf("%q", got)
	}
	for _, s := range []*probe.Step{silent(1, 9, 2, 5, 7), {Step: 2}, silent(10, 9, 2, 7), silent(20, 9, 0, 2, 3, 5), silent(30, 9, 0, 2, 3, 4, 5)} {
		d.Add(s)
	}
	want := []probe.DeadUnit{{"fc1.relu", 0, 20, 2}, {"fc1.relu", 2, 1, 4}, {"fc1.relu", 3, 20, 2}, {"fc1.relu", 4, 30, 1}, {"fc1.relu", 5, 20, 2}}
	if got := d.Units(); !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	const table = `layer     dead  of  since step  units
fc1.relu     1   9           1  2
fc1.relu     3   9          20  0, 3, 5
fc1.relu     1   9          30  4
5 dead units in 4 samples up to step 30
`
	if got := d.String(); got != table {
		t.Errorf("%s\nwant\n%s", got, table)
	}
	var all, every []int
	for i := range 400 {
		if all = append(all, i); i%2 == 0 {
			every = append(every, i)
		}
	}
	d.Add(silent(40, 400, all...))
	if got := d.String(); !strings.Contains(got, " 400  400          40  0-399\n") {
		t.Errorf("%s", got)
	}
	d.Add(silent(50, 400, every...))
	for _, line := range strings.Split(d.String(), "\n") {
		if n := len([]rune(line)); n > 100 {
			t.Errorf("a line of %d columns: %s", n, line)
		}
	}
	if got := d.String(); !strings.Contains(got, "0, 2, 4, ") || !strings.Contains(got, "…\n") {
		t.Errorf("%s", got)
	}
}

func ExampleDeadUnits() {
	var dead probe.DeadUnits
	dead.Add(&probe.Step{Step: 1, Layers: []probe.Layer{{Name: "fc1.relu", Units: 4}}})
	dead.Add(&probe.Step{Step: 10, Layers: []probe.Layer{{Name: "fc1.relu", Units: 4, Dead: []int{1, 2}}}})
	fmt.Print(&dead)
	// Output:
	// layer     dead  of  since step  units
	// fc1.relu     2   4          10  1-2
	// 2 dead units in 2 samples up to step 10
}
