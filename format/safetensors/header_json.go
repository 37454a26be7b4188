package safetensors

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"
)

// parseJSON reads the header token by token: decoding into a map would let the second of two equal names win silently.
func parseJSON(text []byte) (*header, error) {
	if len(text) == 0 || text[0] != '{' {
		return nil, bad("the header does not start with {: it is not a safetensors file")
	}
	if !utf8.Valid(text) {
		return nil, bad("the header is not UTF-8 text")
	}
	p := parser{json.NewDecoder(bytes.NewReader(text))}
	p.UseNumber()
	h := &header{}
	names := map[string]bool{}
	err := p.object("the header", func(name string) error {
		if names[name] {
			return bad("the header has the name %q twice; each may stand there once", name)
		}
		names[name] = true
		if name == metadataKey {
			return p.metadata(h)
		}
		e := entry{name: name}
		if err := p.entry(&e); err != nil {
			return err
		}
		h.entries = append(h.entries, e)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if _, err := p.Token(); !errors.Is(err, io.EOF) {
		return nil, bad("the header goes on after its closing brace, where only spaces may follow")
	}
	return h, nil
}

type parser struct{ *json.Decoder }

// next is the next token; what names the place for an error.
func (p parser) next(what string) (json.Token, error) {
	token, err := p.Token()
	if err == nil {
		return token, nil
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, bad("the header ends inside %s", what)
	}
	return nil, bad("the header is not JSON: %v, at byte %d, inside %s", err, p.InputOffset(), what)
}

// object calls member with each key, the value being next.
func (p parser) object(what string, member func(key string) error) error {
	token, err := p.next(what)
	if err != nil {
		return err
	}
	if token != json.Delim('{') {
		return bad("%s is %v, expected an object {...}", what, token)
	}
	for p.More() {
		key, err := p.next(what)
		if err != nil {
			return err
		}
		// The decoder lets nothing but a string stand here.
		if err := member(key.(string)); err != nil {
			return err
		}
	}
	_, err = p.next(what)
	return err
}

func (p parser) metadata(h *header) error {
	h.metadata = map[string]string{}
	return p.object(metadataKey, func(key string) error {
		if _, ok := h.metadata[key]; ok {
			return bad("%s has the key %q twice; each may stand there once", metadataKey, key)
		}
		token, err := p.next(metadataKey)
		if err != nil {
			return err
		}
		value, ok := token.(string)
		if !ok {
			return bad("%s: the value of %q is %v, expected a string", metadataKey, key, token)
		}
		h.metadata[key] = value
		return nil
	})
}

func (p parser) entry(e *entry) error {
	what := "tensor " + strconv.Quote(e.name)
	seen := map[string]bool{}
	err := p.object(what, func(key string) error {
		if seen[key] {
			return badTensor(e.name, "%s stands there twice", key)
		}
		seen[key] = true
		switch key {
		case "dtype":
			token, err := p.next(what)
			if err != nil {
				return err
			}
			text, ok := token.(string)
			if !ok {
				return badTensor(e.name, "dtype is %v, expected a string such as \"F32\"", token)
			}
			e.dtype = text
			return nil
		case "shape":
			e.shape = []int{}
			return p.numbers(e.name, key, strconv.IntSize-1, func(n uint64) { e.shape = append(e.shape, int(n)) })
		case "data_offsets":
			var offsets []int64
			if err := p.numbers(e.name, key, 63, func(n uint64) { offsets = append(offsets, int64(n)) }); err != nil {
				return err
			}
			if len(offsets) != 2 {
				return badTensor(e.name, "data_offsets has %d numbers, expected 2: where its data start and where they end", len(offsets))
			}
			e.start, e.end = offsets[0], offsets[1]
			return nil
		}
		// The reference implementation passes over what it does not know.
		var unknown json.RawMessage
		if err := p.Decode(&unknown); err != nil {
			return badTensor(e.name, "the value of %q is not JSON: %v", key, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, key := range []string{"dtype", "shape", "data_offsets"} {
		if !seen[key] {
			return badTensor(e.name, "%s is missing; expected dtype, shape and data_offsets", key)
		}
	}
	return nil
}

// numbers calls each with the members of an array of whole numbers of up to so many bits.
func (p parser) numbers(name, key string, width int, each func(uint64)) error {
	token, err := p.next(key)
	if err != nil {
		return err
	}
	if token != json.Delim('[') {
		return badTensor(name, "%s is %v, expected an array of whole numbers", key, token)
	}
	for {
		token, err := p.next(key)
		if err != nil {
			return err
		}
		if token == json.Delim(']') {
			return nil
		}
		number, ok := token.(json.Number)
		if !ok {
			return badTensor(name, "%s has a member %v, expected whole numbers", key, token)
		}
		n, err := strconv.ParseUint(number.String(), 10, width)
		if err != nil {
			return badTensor(name, "%s has a member %s, expected whole numbers from 0 to 2^%d-1", key, number, width)
		}
		each(n)
	}
}
