package table

import (
	"fmt"
	"math"
	"strings"
)

// A column is one of numbers for good when it has held decideValues numbers, or decideBytes of their text.
const (
	decideValues = 1 << 16
	decideBytes  = 4 << 20
)

// builder collects a column while a file is read. Until it is known what the column holds, its numbers are kept as
// text too.
type builder struct {
	name    string
	field   int  // in the row
	kind    Kind // "" until it is decided
	given   bool // the kind was
	missing *missingSet

	numbers blocks[float64]
	codes   blocks[int32]
	texts   dictionary

	undecided []byte // the text of the numbers so far, one behind the other
	ends      []int  // where each ends
}

func newBuilder(name string, field int, kind Kind, missing *missingSet) *builder {
	return &builder{name: name, field: field, kind: kind, given: kind != "", missing: missing}
}

// add takes the value of the next row.
func (b *builder) add(s string) error {
	absent := s == "" || b.missing.has(s)
	if b.kind == Category {
		if absent {
			b.codes.add(-1)
			return nil
		}
		return b.category(s)
	}
	if absent {
		b.numbers.add(math.NaN())
		return nil
	}
	v, ok := parseNumber(s)
	switch {
	case ok:
		b.numbers.add(v)
		if b.kind == "" {
			b.undecided = append(b.undecided, s...)
			b.ends = append(b.ends, len(b.undecided))
			if len(b.ends) >= decideValues || len(b.undecided) >= decideBytes {
				b.kind, b.undecided, b.ends = Number, nil, nil
			}
		}
		return nil
	case b.given:
		return fmt.Errorf("%s is no finite number, and ReadOptions.Kinds says that the column holds numbers; if it stands for a missing value, put it into ReadOptions.Missing",
			quoted(s))
	case b.kind == Number:
		return fmt.Errorf("%s is no finite number, and everything above is; if it stands for a missing value, put it into ReadOptions.Missing, if the column holds categories, say so in ReadOptions.Kinds",
			quoted(s))
	}
	b.becomeCategories()
	return b.category(s)
}

// becomeCategories turns the numbers so far into their text.
func (b *builder) becomeCategories() {
	b.kind = Category
	k, start := 0, 0
	for _, v := range b.numbers.join() {
		if math.IsNaN(v) {
			b.codes.add(-1)
			continue
		}
		b.codes.add(b.texts.code(string(b.undecided[start:b.ends[k]])))
		start = b.ends[k]
		k++
	}
	b.undecided, b.ends = nil, nil
}

func (b *builder) category(s string) error {
	code, ok := b.texts.codes[s]
	if !ok {
		if err := badText(s); err != nil {
			return err
		}
		if len(b.texts.list) == math.MaxInt32 {
			return fmt.Errorf("there are more than %d different values", math.MaxInt32)
		}
		code = b.texts.code(s)
	}
	b.codes.add(code)
	return nil
}

// column returns what was collected, of which the builder keeps nothing.
func (b *builder) column() *Column {
	if b.kind == Category {
		texts := b.texts.list
		b.texts = dictionary{}
		return &Column{name: b.name, kind: Category, codes: b.codes.join(), categories: texts}
	}
	return &Column{name: b.name, kind: Number, numbers: b.numbers.join()}
}

// dictionary numbers texts in the order of their first appearance.
type dictionary struct {
	codes map[string]int32
	list  []string
}

// code returns the number of s. A text is copied out of the row that it is part of.
func (d *dictionary) code(s string) int32 {
	if code, ok := d.codes[s]; ok {
		return code
	}
	if d.codes == nil {
		d.codes = map[string]int32{}
	}
	s, code := strings.Clone(s), int32(len(d.list))
	d.codes[s] = code
	d.list = append(d.list, s)
	return code
}

// missingSet is the texts that stand for no value.
type missingSet struct {
	texts  map[string]bool
	length []bool // by length: most values are told from these by theirs
}

func newMissingSet(texts []string) *missingSet {
	if texts == nil {
		texts = DefaultMissing()
	}
	m := &missingSet{texts: map[string]bool{}}
	for _, s := range texts {
		m.texts[s] = true
		for len(m.length) <= len(s) {
			m.length = append(m.length, false)
		}
		m.length[len(s)] = true
	}
	return m
}

func (m *missingSet) has(s string) bool {
	return len(s) < len(m.length) && m.length[len(s)] && m.texts[s]
}

// blocks is a slice that grows without moving what it has.
type blocks[T any] struct {
	full [][]T
	last []T
}

const blockLength = 1 << 14

func (b *blocks[T]) add(v T) {
	if len(b.last) == cap(b.last) {
		b.grow()
	}
	b.last = append(b.last, v)
}

func (b *blocks[T]) grow() {
	if b.last != nil {
		b.full = append(b.full, b.last)
	}
	// The first block is small, for small files with many columns; the others are equal.
	length := blockLength
	if b.full == nil {
		length = 64
	}
	b.last = make([]T, 0, length)
}

// join returns everything as one slice and empties the blocks.
func (b *blocks[T]) join() []T {
	n := len(b.last)
	for _, block := range b.full {
		n += len(block)
	}
	out := make([]T, 0, n)
	for _, block := range b.full {
		out = append(out, block...)
	}
	out = append(out, b.last...)
	*b = blocks[T]{}
	return out
}
