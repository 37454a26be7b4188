package table_test

import (
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/lumen-ml/lumen/data/table"
)

// cells is the table as text: a line a row, "kind:name" first, values between bars, "-" for a missing one.
func cells(t *table.Table) []string {
	lines := make([]string, t.Len()+1)
	for k, c := range t.Columns() {
		bar := ""
		if k > 0 {
			bar = "|"
		}
		lines[0] += bar + string(c.Kind()[0]) + ":" + c.Name()
		for i := range t.Len() {
			text := c.Text(i)
			if c.Missing(i) {
				text = "-"
			}
			lines[i+1] += bar + text
		}
	}
	return lines
}

func TestRead(t *testing.T) {
	for name, c := range map[string]struct {
		csv     string
		options table.ReadOptions
		want    []string
	}{
		"numbers and categories": {"a,b\n1,x\n-2.5e3,y\n", table.ReadOptions{}, []string{"n:a|c:b", "1|x", "-2500|y"}},
		"no last line end":       {"a,b\n1,x", table.ReadOptions{}, []string{"n:a|c:b", "1|x"}},
		"CRLF":                   {"a,b\r\n1,x\r\n2,\"y\"\r\n", table.ReadOptions{}, []string{"n:a|c:b", "1|x", "2|y"}},
		"byte order mark":        {"\xef\xbb\xbfa,b\n1,x\n", table.ReadOptions{}, []string{"n:a|c:b", "1|x"}},
		"two marks":              {"\xef\xbb\xbf\xef\xbb\xbfa,b\n1,x\n", table.ReadOptions{}, []string{"n:a|c:b", "1|x"}},
		"mark, quoted name":      {"\xef\xbb\xbf\"a\",b\n1,x\n", table.ReadOptions{}, []string{"n:a|c:b", "1|x"}},
		"quotes": {"a,b\n\"x, \"\"y\"\"\nz\",\"1\"\n\"w\r\nv\",2\n", table.ReadOptions{},
			[]string{"c:a|n:b", "x, \"y\"\nz|1", "w\nv|2"}},
		"empty lines":           {"\n\na\n\n1\n\n\n2\n", table.ReadOptions{}, []string{"n:a", "1", "2"}},
		"missing":               {"a,b\n,\nNA,x\n3,nan\n\"\",\"\"\n", table.ReadOptions{}, []string{"n:a|c:b", "-|-", "-|x", "3|-", "-|-"}},
		"other missing":         {"a,b\n-999,?\n,NA\n", table.ReadOptions{Missing: []string{"-999", "?"}}, []string{"n:a|c:b", "-|-", "-|NA"}},
		"nothing else missing":  {"a,b\n1,\n,NA\n", table.ReadOptions{Missing: []string{}}, []string{"n:a|c:b", "1|-", "-|NA"}},
		"all missing":           {"a,b\n,1\nNA,2\n", table.ReadOptions{}, []string{"n:a|n:b", "-|1", "-|2"}},
		"a header alone":        {"a,b\n", table.ReadOptions{}, []string{"n:a|n:b"}},
		"numbers become text":   {"a\n007\n\n1.50\nNA\n x\n007\n", table.ReadOptions{}, []string{"c:a", "007", "1.50", "-", " x", "007"}},
		"no numbers":            {"a,b,c,d\n0x10,1_000,inf,1e999\n", table.ReadOptions{}, []string{"c:a|c:b|c:c|c:d", "0x10|1_000|inf|1e999"}},
		"spaces around numbers": {"a,b\n 1, x\n\t2 ,y \n", table.ReadOptions{}, []string{"n:a|c:b", "1| x", "2|y "}},
		"spaces away":           {"a , b\n 1, x\n2 ,y \n,NA \n", table.ReadOptions{TrimSpace: true}, []string{"n:a|c:b", "1|x", "2|y", "-|-"}},
		"semicolons":            {"a;b\n1;x,y\n", table.ReadOptions{Comma: ';'}, []string{"n:a|c:b", "1|x,y"}},
		"tabs":                  {"a\tb\n1\tx\n", table.ReadOptions{Comma: '\t'}, []string{"n:a|c:b", "1|x"}},
		"kinds":                 {"a,b\n1,x\n02,\n", table.ReadOptions{Kinds: map[string]table.Kind{"a": table.Category, "b": table.Category}}, []string{"c:a|c:b", "1|x", "02|-"}},
		"some columns":          {"a,b,c\n1,2,3\n", table.ReadOptions{Columns: []string{"c", "a"}}, []string{"n:a|n:c", "1|3"}},
		"no header":             {"1,x\n2,y\n", table.ReadOptions{Header: []string{"a", "b"}}, []string{"n:a|c:b", "1|x", "2|y"}},
		"no header, no rows":    {"", table.ReadOptions{Header: []string{"a"}}, []string{"n:a"}},
		"a mark in a value":     {"a\n\xef\xbb\xbf1\nÜ\n", table.ReadOptions{}, []string{"c:a", "\ufeff1", "Ü"}},
		"a replacement mark":    {"a\n\ufffd\n", table.ReadOptions{}, []string{"c:a", "\ufffd"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(c.csv), iotest.OneByteReader(strings.NewReader(c.csv)), iotest.DataErrReader(strings.NewReader(c.csv))} {
				tab, err := table.Read(r, c.options)
				if err != nil {
					t.Fatal(err)
				}
				if got := cells(tab); !slices.Equal(got, c.want) {
					t.Fatalf("got %q, want %q", got, c.want)
				}
			}
		})
	}
}

func TestReadErrors(t *testing.T) {
	many := "a,b\n" + strings.Repeat("1,2\n", 1<<16)
	wide := "c" + strings.Repeat(",c", 100_001)
	for name, c := range map[string]struct {
		csv     string
		options table.ReadOptions
		want    []string
	}{
		"empty":                  {"", table.ReadOptions{}, []string{"the file is empty", "first line names the columns"}},
		"a mark alone":           {"\xef\xbb\xbf", table.ReadOptions{}, []string{"the file is empty"}},
		"empty lines alone":      {"\n\r\n\n", table.ReadOptions{}, []string{"the file is empty"}},
		"too few":                {"a,b,c\n1,2,3\n\n4,5\n", table.ReadOptions{}, []string{"line 4 has 2 values", "3 columns", "none for c"}},
		"too many":               {"a,b\n\"1\n2\",3\n4,5,6\n", table.ReadOptions{}, []string{"line 4 has 3 values", "2 columns", "double quotes"}},
		"a name twice":           {"a,b,a\n1,2,3\n", table.ReadOptions{}, []string{"line 1: column 3 of the header", `"a"`, "as column 1"}},
		"no name":                {"\na,,b\n", table.ReadOptions{}, []string{"line 2: column 2 of the header has no name"}},
		"spaces for a name":      {"a, ,b\n", table.ReadOptions{TrimSpace: true}, []string{"line 1: column 2 of the header has no name"}},
		"CR alone":               {"a,b\r1,2\r", table.ReadOptions{}, []string{"line 1: a carriage return", "LF or CRLF"}},
		"UTF-16":                 {"\xff\xfea\x00\n\x00", table.ReadOptions{}, []string{"UTF-16", "UTF-8"}},
		"UTF-16, big end first":  {"\xfe\xff\x00a", table.ReadOptions{}, []string{"UTF-16"}},
		"UTF-16 without a mark":  {"a\x00,\x00b\x00\n\x001\x00,\x002\x00\n\x00", table.ReadOptions{}, []string{"line 1: column 1 of the header", "a byte is 0", "UTF-16"}},
		"a zero byte":            {"a,b\n1,x\n2,y\x00z\n", table.ReadOptions{}, []string{`line 3, column "b"`, "a byte is 0", "Save it as UTF-8"}},
		"a zero byte, quoted":    {"a,b\n\"1\x00\",x\n", table.ReadOptions{}, []string{`line 2, column "a"`, "a byte is 0"}},
		"a picture":              {"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", table.ReadOptions{}, []string{"line 1: column 1 of the header", "is not UTF-8"}},
		"Latin-1":                {"a,b\n1,x\n2,Z\xfcrich\n", table.ReadOptions{}, []string{`line 3, column "b"`, "byte 0xfc is not UTF-8", "Latin-1"}},
		"Latin-1 in the header":  {"a,Gr\xf6\xdfe\n", table.ReadOptions{}, []string{"line 1: column 2 of the header", "0xf6"}},
		"a quote inside":         {"a,b\n1,2\n3,4\"5\n", table.ReadOptions{}, []string{"line 3, byte 4", "double quote inside a value"}},
		"behind a quote":         {"a,b\n1,\"2\"3\n", table.ReadOptions{}, []string{"line 2, byte 5", "closing quote"}},
		"open quote":             {"a,b\n1,\"2\n3,4\n5,6\n", table.ReadOptions{}, []string{"the row starts in line 2", "left open"}},
		"open quote, line":       {"a,b\n1,\"2", table.ReadOptions{}, []string{"line 2", "not closed"}},
		"open quote, long":       {"a,b\n1,\"" + strings.Repeat("x\n", 2<<20), table.ReadOptions{}, []string{"the row after the one in line 1 is longer than 4 MiB", "left open"}},
		"long line":              {"a\n\"1\n2\"\n3\n" + strings.Repeat(",", 4<<20+1), table.ReadOptions{}, []string{"the row after the one in line 4 is longer than 4 MiB"}},
		"long header":            {strings.Repeat("a", 4<<20+1), table.ReadOptions{}, []string{"the first row is longer than 4 MiB"}},
		"too many columns":       {wide, table.ReadOptions{}, []string{"100002 columns", "100000"}},
		"late text":              {many + "1,two\n", table.ReadOptions{}, []string{`line 65538, column "b"`, `"two" is no finite number`, "Missing", "Kinds"}},
		"no number":              {"a\n1\n1e999\n", table.ReadOptions{Kinds: map[string]table.Kind{"a": table.Number}}, []string{`line 3, column "a"`, `"1e999" is no finite number`}},
		"unknown kind":           {"a\n", table.ReadOptions{Kinds: map[string]table.Kind{"a": "date"}}, []string{`"date"`, "number", "category"}},
		"unknown column":         {"a\n", table.ReadOptions{Columns: []string{"A"}}, []string{`ReadOptions.Columns has "A"`, "columns are a"}},
		"kind of unknown column": {"a\n", table.ReadOptions{Kinds: map[string]table.Kind{"b": table.Number}}, []string{`ReadOptions.Kinds has "b"`}},
		"a quote for a comma":    {"a\n", table.ReadOptions{Comma: '"'}, []string{"ReadOptions.Comma"}},
		"a header twice":         {"1,2\n", table.ReadOptions{Header: []string{"a", "a"}}, []string{"ReadOptions.Header: name 2", "as column 1"}},
		"a header of nothing":    {"1,2\n", table.ReadOptions{Header: []string{}}, []string{"ReadOptions.Header is empty"}},
		"ragged without header":  {"1,2\n", table.ReadOptions{Header: []string{"a"}}, []string{"line 1 has 2 values and the header names 1 column:"}},
	} {
		t.Run(name, func(t *testing.T) {
			tab, err := table.Read(strings.NewReader(c.csv), c.options)
			if err == nil {
				t.Fatalf("no error; the table is\n%v", tab)
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error is %q, want it to say %q", err, want)
				}
			}
		})
	}
}

// TestReadStops: a row that does not end is given up before all of it is read.
func TestReadStops(t *testing.T) {
	read := 0
	endless := readerFunc(func(b []byte) (int, error) {
		for i := range b {
			b[i] = "a,\"\n"[min(read+i, 3)]
		}
		read += len(b)
		return len(b), nil
	})
	if _, err := table.Read(endless, table.ReadOptions{}); err == nil || read > 5<<20 {
		t.Errorf("error %v after %d bytes", err, read)
	}
}

type readerFunc func(b []byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

// TestReaderError: what the reader says is not covered up by what the half row looks like.
func TestReaderError(t *testing.T) {
	broken := errors.New("connection lost")
	for _, text := range []string{"a,b\n1,2\n3,\"4", "a,b\n1,2\n3", "a,b\n1,2\nx\"y", "", "a"} {
		_, err := table.Read(io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken)), table.ReadOptions{})
		if !errors.Is(err, broken) {
			t.Errorf("%q: error is %v", text, err)
		}
	}
}

func TestReadFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "people.csv")
	if _, err := table.ReadFile(path, table.ReadOptions{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	if err := os.WriteFile(path, []byte("a,b\n1\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := table.ReadFile(path, table.ReadOptions{}); err == nil || !strings.Contains(err.Error(), "people.csv: line 2 has 1 value and the header names 2 columns") {
		t.Errorf("a short row: %v", err)
	}
}

func TestWrite(t *testing.T) {
	tab, err := table.New(
		table.NewNumbers("a number", []float64{1, 0.1, 1e21, math.NaN(), -1e-300}),
		table.NewCategories("b,c", []string{"x", "say \"so\"", "two\nlines", "", " space"}),
	)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "out.csv")
	if err := tab.WriteFile(path); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := "a number,\"b,c\"\n1,x\n0.1,\"say \"\"so\"\"\"\n1e+21,\"two\nlines\"\n,\n-1e-300,\" space\"\n"
	if string(text) != want {
		t.Errorf("file is %q, want %q", text, want)
	}
	again, err := table.ReadFile(path, table.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(cells(again), cells(tab)) {
		t.Errorf("read again it is %q, want %q", cells(again), cells(tab))
	}
}

// TestWriteOneColumn: a row without a value is no empty line.
func TestWriteOneColumn(t *testing.T) {
	tab := must(table.New(table.NewNumbers("a", []float64{math.NaN(), 1, math.NaN()})))(t)
	var out strings.Builder
	if err := tab.Write(&out); err != nil || out.String() != "a\n\"\"\n1\n\"\"\n" {
		t.Errorf("%q, %v", out.String(), err)
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{"", "a\n1\n", "\xef\xbb\xbfa,b\r\n1,\"x\r\ny\"\r\n,NA\r\n", "a,b\n1,\"2\"\"\n\"\n0x1, 2\n", "a;b\n\"1;2\n", "a,a\n", "a,\n",
		"a,b\n1,2,3\n", "a\n\"\"\n1e999\n", "a\n\xff\n", "\xff\xfea", "a\n1\n\n-0\n1_0\n+.5\n"} {
		f.Add([]byte(seed), false)
		f.Add([]byte(seed), true)
	}
	f.Fuzz(func(t *testing.T, b []byte, trim bool) {
		tab, err := table.Read(strings.NewReader(string(b)), table.ReadOptions{TrimSpace: trim})
		if err != nil {
			return
		}
		_, _ = tab.String(), tab.Describe().String()
		kinds := map[string]table.Kind{}
		for _, c := range tab.Columns() {
			if c.Len() != tab.Len() {
				t.Fatalf("column %q has %d rows, the table %d", c.Name(), c.Len(), tab.Len())
			}
			kinds[c.Name()] = c.Kind()
		}
		// What was read can be written and read again, but for carriage returns, which count as part of a line end.
		want := cells(tab)
		var out strings.Builder
		if err := tab.Write(&out); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(out.String(), "\r") {
			return
		}
		again, err := table.Read(strings.NewReader(out.String()), table.ReadOptions{Kinds: kinds})
		if err != nil {
			t.Fatalf("%q, written as %q: %v", b, out.String(), err)
		}
		if got := cells(again); !slices.Equal(got, want) {
			t.Fatalf("%q, written and read again, is %q, was %q", b, got, want)
		}
	})
}
