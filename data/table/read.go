package table

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	maxRecord  = 4 << 20 // bytes of one row
	maxColumns = 100_000
)

// ReadOptions says how a CSV file is read. The zero value reads commas, a header and [DefaultMissing].
type ReadOptions struct {
	Comma     rune            // between values; 0 means ','. A tab is '\t'
	Header    []string        // the columns' names, for a file whose first line is a row already
	Columns   []string        // read only these; none: all. The order is the file's
	Kinds     map[string]Kind // by column; the others are told from their values
	Missing   []string        // values that stand for none; nil: DefaultMissing(). Nothing between two commas always is missing
	TrimSpace bool            // take spaces and tabs around values away
}

// DefaultMissing returns what counts as missing unless said otherwise: nothing between two commas, and what
// spreadsheets, databases, R and pandas write.
func DefaultMissing() []string {
	return []string{"", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NULL", "null", "None"}
}

// ReadFile reads a CSV file. See [Read].
func ReadFile(path string, o ReadOptions) (*Table, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	t, err := read(f, o)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

// Read reads a table in CSV format from r to its end; the package's documentation says which errors there are. Memory is
// 8 bytes a number, 4 bytes a category, each different text once, and a few MB beside.
func Read(r io.Reader, o ReadOptions) (*Table, error) {
	t, err := read(r, o)
	if err != nil {
		return nil, fmt.Errorf("table: %w", err)
	}
	return t, nil
}

func read(r io.Reader, o ReadOptions) (*Table, error) {
	if c := o.Comma; c == '"' || c == '\r' || c == '\n' || c == utf8.RuneError || c != 0 && !utf8.ValidRune(c) {
		return nil, fmt.Errorf("ReadOptions.Comma is %q, which cannot stand between values", c)
	}
	limited := &recordLimit{r: r}
	text, err := afterByteOrderMark(limited)
	if err != nil {
		return nil, err
	}
	lines := csv.NewReader(bufio.NewReaderSize(text, 64<<10))
	lines.FieldsPerRecord = -1 // compared with the header here, to name it
	lines.ReuseRecord = true
	if o.Comma != 0 {
		lines.Comma = o.Comma
	}

	header := o.Header
	if header == nil {
		first, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return nil, errors.New("the file is empty; its first line names the columns")
		}
		if err != nil {
			return nil, limited.explain(err)
		}
		header = slices.Clone(first)
		header[0] = strings.TrimLeft(header[0], "\ufeff") // a second mark, of files that were put together
		if o.TrimSpace {
			for i, name := range header {
				header[i] = strings.Trim(name, " \t")
			}
		}
		if err := checkHeader(lines, header); err != nil {
			return nil, err
		}
		limited.done = lines.InputOffset()
		limited.line, _ = lines.FieldPos(0)
	} else if err := checkNames(header, func(i int) string { return fmt.Sprintf("ReadOptions.Header: name %d", i+1) }); err != nil {
		return nil, err
	}
	builders, err := o.builders(header)
	if err != nil {
		return nil, err
	}

	for {
		record, err := lines.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, limited.explain(err)
		}
		if len(record) != len(header) {
			line, _ := lines.FieldPos(0)
			return nil, ragged(line, record, header)
		}
		for _, b := range builders {
			value := record[b.field]
			if o.TrimSpace {
				value = strings.Trim(value, " \t")
			}
			if err := b.add(value); err != nil {
				line, _ := lines.FieldPos(b.field)
				return nil, fmt.Errorf("line %d, column %s: %w", line, quoted(b.name), err)
			}
		}
		limited.done = lines.InputOffset()
		limited.line, _ = lines.FieldPos(0)
	}
	columns := make([]*Column, len(builders))
	for i, b := range builders {
		columns[i] = b.column()
	}
	return newTable(columns)
}

// builders returns what collects each column that is wanted.
func (o ReadOptions) builders(header []string) ([]*builder, error) {
	named := func(option string, name string) error {
		if slices.Contains(header, name) {
			return nil
		}
		return fmt.Errorf("ReadOptions.%s has %s, which is no column; the columns are %s", option, quoted(name), list(header))
	}
	for _, name := range o.Columns {
		if err := named("Columns", name); err != nil {
			return nil, err
		}
	}
	for name, kind := range o.Kinds {
		if err := named("Kinds", name); err != nil {
			return nil, err
		}
		if kind != Number && kind != Category {
			return nil, fmt.Errorf("ReadOptions.Kinds: column %s is to be %s; there is %s and %s", quoted(name), quoted(string(kind)), Number, Category)
		}
	}
	missing := newMissingSet(o.Missing)
	var builders []*builder
	for field, name := range header {
		if len(o.Columns) == 0 || slices.Contains(o.Columns, name) {
			builders = append(builders, newBuilder(name, field, o.Kinds[name], missing))
		}
	}
	return builders, nil
}

// checkHeader checks the names in the first line.
func checkHeader(lines *csv.Reader, header []string) error {
	if slices.ContainsFunc(header, func(name string) bool { return strings.Contains(name, "\r") }) {
		return errors.New("line 1: a carriage return stands inside it: lines must end in LF or CRLF, not in CR alone")
	}
	return checkNames(header, func(i int) string {
		line, _ := lines.FieldPos(i)
		return fmt.Sprintf("line %d: column %d of the header", line, i+1)
	})
}

func checkNames(header []string, where func(i int) string) error {
	if len(header) == 0 {
		return errors.New("ReadOptions.Header is empty: it names the columns")
	}
	if len(header) > maxColumns {
		return fmt.Errorf("line 1: the header has %d columns, at most %d can be read", len(header), maxColumns)
	}
	seen := make(map[string]int, len(header))
	for i, name := range header {
		if name == "" {
			return fmt.Errorf("%s has no name: give it one", where(i))
		}
		if err := badText(name); err != nil {
			return fmt.Errorf("%s: %w", where(i), err)
		}
		if k, ok := seen[name]; ok {
			return fmt.Errorf("%s is named %s, as column %d is: each column needs a name of its own", where(i), quoted(name), k+1)
		}
		seen[name] = i
	}
	return nil
}

// ragged is the error of a row with another number of values than the header.
func ragged(line int, record, header []string) error {
	hint := "a value that holds commas or line ends must stand in double quotes"
	if len(record) < len(header) {
		hint = fmt.Sprintf("there is none for %s", list(header[len(record):]))
	}
	return fmt.Errorf("line %d has %s and the header names %s: %s", line, counted(len(record), "value"), counted(len(header), "column"), hint)
}

// explain puts what package csv found into words. Behind what could not be read it may see a bad quote too.
func (l *recordLimit) explain(err error) error {
	var at *csv.ParseError
	if l.err != nil {
		return l.err
	} else if !errors.As(err, &at) {
		return err
	}
	switch {
	case errors.Is(at.Err, csv.ErrBareQuote):
		return fmt.Errorf(`line %d, byte %d: a double quote inside a value that does not start with one; write the value in double quotes and those in it twice: "say ""so"""`,
			at.Line, at.Column)
	case errors.Is(at.Err, csv.ErrQuote) && at.StartLine != at.Line:
		return fmt.Errorf("line %d, byte %d: the quoted value does not end well; the row starts in line %d, where a double quote may be left open",
			at.Line, at.Column, at.StartLine)
	case errors.Is(at.Err, csv.ErrQuote):
		return fmt.Errorf("line %d, byte %d: a quoted value is not closed, or something stands behind its closing quote; a double quote inside is written twice",
			at.Line, at.Column)
	}
	return fmt.Errorf("line %d: %w", at.Line, at.Err)
}

// badText says what is wrong with a text that cannot be in a table: one that is not UTF-8, or in which a byte is 0.
func badText(s string) error {
	switch {
	case strings.IndexByte(s, 0) >= 0:
		return errors.New("a byte is 0, which no text has; is the file UTF-16, or not a text at all? Save it as UTF-8")
	case utf8.ValidString(s):
		return nil
	}
	for i, r := range s {
		if r == utf8.RuneError && !strings.HasPrefix(s[i:], string(utf8.RuneError)) {
			return fmt.Errorf("byte %#x is not UTF-8; is the file Latin-1? Save it as UTF-8", s[i])
		}
	}
	return nil
}

// afterByteOrderMark passes over the mark of UTF-8 and refuses those of UTF-16.
func afterByteOrderMark(r io.Reader) (io.Reader, error) {
	var mark [3]byte
	n, err := io.ReadFull(r, mark[:])
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	start := mark[:n]
	switch {
	case bytes.Equal(start, []byte("\xef\xbb\xbf")):
		return r, nil
	case bytes.HasPrefix(start, []byte("\xff\xfe")) || bytes.HasPrefix(start, []byte("\xfe\xff")):
		return nil, errors.New("line 1: the file is UTF-16; save it as UTF-8")
	}
	return io.MultiReader(bytes.NewReader(start), r), nil
}

// recordLimit ends a file in which one row grows beyond maxRecord, as a quote that is never closed makes it, before all
// of it is in memory.
type recordLimit struct {
	r    io.Reader
	read int64
	done int64 // where the last whole row ends, about: a byte order mark is not counted
	line int   // where it begins, 0 before the first
	err  error // other than the end
}

func (l *recordLimit) Read(b []byte) (int, error) {
	if l.read-l.done > maxRecord {
		which := "the first row"
		if l.line > 0 {
			which = fmt.Sprintf("the row after the one in line %d", l.line)
		}
		l.err = fmt.Errorf("%s is longer than %d MiB; is a double quote left open?", which, maxRecord>>20)
		return 0, l.err
	}
	n, err := l.r.Read(b)
	l.read += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		l.err = err
	}
	return n, err
}
