package table_test

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"testing"

	"github.com/lumen-ml/lumen/data/table"
)

// generated is a CSV file of rows of twelve columns, six of numbers and six of categories, made while it is read.
type generated struct {
	rows, next int
	buffer     bytes.Buffer
}

func (g *generated) Read(b []byte) (int, error) {
	for g.buffer.Len() < len(b) && g.next <= g.rows {
		i := g.next
		g.next++
		if i == 0 {
			g.buffer.WriteString("id,age,fare,height,weight,score,sex,city,ward,colour,street,note\n")
			continue
		}
		note := ""
		if i%4 == 0 {
			note = fmt.Sprintf("\"seen, %d\"", i%97)
		}
		fmt.Fprintf(&g.buffer, "%d,%d,%d.%02d,1.%d,%d.5,-0.%06d,%s,city %d,W%02d,%s,street %d,%s\n", i, i%90, i%300, i%100, i%83, 40+i%60, i*7919%1000000,
			[]string{"female", "male"}[i%2], i%500, i%40, []string{"red", "green", "blue", "NA"}[i%4], i*31%20000, note)
	}
	if g.buffer.Len() == 0 {
		return 0, io.EOF
	}
	return g.buffer.Read(b)
}

// TestManyRows: reading holds what the columns need and little more, however long the file is.
func TestManyRows(t *testing.T) {
	const rows = 100_000
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	tab, err := table.Read(&generated{rows: rows}, table.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	const columns = rows * (6*8 + 6*4)
	if held := int64(after.HeapAlloc) - int64(before.HeapAlloc); held > columns+4<<20 {
		t.Errorf("the table holds %d bytes, its numbers and codes are %d", held, columns)
	}
	d := tab.Describe()
	if d.Rows != rows || len(d.Columns) != 12 || d.Columns[0].Mean != (rows+1)/2.0 || d.Columns[7].Unique != 500 || d.Columns[10].Unique != 20_000 ||
		d.Columns[9].Missing != rows/4 || d.Columns[11].Count != rows/4 {
		t.Errorf("description\n%v", d)
	}
}

func BenchmarkReadMillionRows(b *testing.B) {
	text, err := io.ReadAll(&generated{rows: 1_000_000})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		tab, err := table.Read(bytes.NewReader(text), table.ReadOptions{})
		if err != nil || tab.Len() != 1_000_000 {
			b.Fatal(err)
		}
	}
}
