package table

import (
	"encoding/csv"
	"io"

	"github.com/lumen-ml/lumen/internal/atomicfile"
)

// WriteFile writes the table as a CSV file, whole or not at all. See [Table.Write].
func (t *Table) WriteFile(path string) error { return atomicfile.WriteFile(path, t.Write) }

// Write writes the table in CSV format: a header, lines ending in LF, quotes where they are needed, numbers in the
// shortest form that reads back as the same, nothing where a value is missing. [Read] gives the same table back, if the
// kinds are given where all categories look like numbers; a CRLF inside a category comes back as LF.
func (t *Table) Write(w io.Writer) error {
	lines := csv.NewWriter(w)
	if err := lines.Write(t.Names()); err != nil {
		return err
	}
	row := make([]string, len(t.columns))
	for i := range t.rows {
		for k, c := range t.columns {
			switch {
			case c.missing(i):
				row[k] = ""
			case c.kind == Number:
				row[k] = formatNumber(c.numbers[i])
			default:
				row[k] = c.categories[c.codes[i]]
			}
		}
		if len(row) == 1 && row[0] == "" {
			// Package csv would write an empty line, which counts as none.
			lines.Flush()
			if _, err := io.WriteString(w, "\"\"\n"); err != nil {
				return err
			}
			continue
		}
		if err := lines.Write(row); err != nil {
			return err
		}
	}
	lines.Flush()
	return lines.Error()
}
