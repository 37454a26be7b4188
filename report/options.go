package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Option is a setting of a run. Value is its JSON, but for strings, which stand as they are.
type Option struct{ Name, Value string }

// flatten is an object's members in their order; those of objects inside have names like "outer.inner".
func flatten(object json.RawMessage) ([]Option, error) {
	if len(object) == 0 || string(object) == "null" {
		return nil, nil
	}
	return flattenInto(nil, "", object)
}

// deepest is how many objects inside each other become options of their own.
const deepest = 8

func flattenInto(all []Option, prefix string, object json.RawMessage) ([]Option, error) {
	d := json.NewDecoder(bytes.NewReader(object))
	if t, err := d.Token(); err != nil {
		return nil, err
	} else if t != json.Delim('{') {
		if prefix == "" {
			return nil, errors.New("they are not a JSON object")
		}
		return append(all, Option{strings.TrimSuffix(prefix, "."), plain(object)}), nil
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, err
		}
		full := prefix + name.(string) // the decoder lets nothing else be a name
		if len(value) > 0 && value[0] == '{' && strings.Count(full, ".") < deepest {
			if all, err = flattenInto(all, full+".", value); err != nil {
				return nil, err
			}
			continue
		}
		all = append(all, Option{printable(full), plain(value)})
	}
	_, err := d.Token()
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return all, err
}

// plain is a JSON value as people write it.
func plain(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil && string(value) != "null" {
		return printable(text)
	}
	var list []any
	if json.Unmarshal(value, &list) == nil && list != nil {
		parts := make([]string, len(list))
		for i, v := range list {
			parts[i] = fmt.Sprint(v)
		}
		return printable(strings.Join(parts, ", "))
	}
	return printable(string(value))
}

// all settings of a run: the options, the optimizer and schedule as they were made, and where it ran.
func (r *Run) settings() []Option {
	all := slices.Clone(r.Options)
	for _, part := range []struct {
		name string
		raw  json.RawMessage
	}{{"optimizer", r.Info.Optimizer}, {"schedule", r.Info.Schedule}} {
		var d struct {
			Type    string
			Options json.RawMessage
		}
		if len(part.raw) == 0 || json.Unmarshal(part.raw, &d) != nil {
			continue
		}
		all = append(all, Option{part.name + " type", printable(d.Type)})
		all = append(all, ofGroups(part.name, d.Options)...)
	}
	return all
}

// ofGroups are the options of an optimizer with its groups of parameters, or of anything else. What is the same in all groups stands
// there once.
func ofGroups(name string, options json.RawMessage) []Option {
	var groups []struct{ Options json.RawMessage }
	if json.Unmarshal(options, &groups) != nil || len(groups) == 0 {
		return under(name, options)
	}
	all := make([][]Option, len(groups))
	for i, g := range groups {
		all[i] = under(name, g.Options)
	}
	var once []Option
	for k, o := range all[0] {
		same := true
		for _, other := range all {
			same = same && k < len(other) && other[k] == o
		}
		if same {
			once = append(once, o)
			continue
		}
		for i, other := range all {
			if k < len(other) {
				once = append(once, Option{fmt.Sprintf("%s, group %d", other[k].Name, i+1), other[k].Value})
			}
		}
	}
	return once
}

func under(name string, object json.RawMessage) []Option {
	options, err := flatten(object)
	if err != nil { // a schedule without options, say
		return nil
	}
	for i := range options {
		options[i].Name = name + " " + options[i].Name
	}
	return options
}

func (r *Run) environment() []Option {
	return []Option{{"lumen", printable(r.Info.Lumen)}, {"go", printable(r.Info.Go)}, {"system", printable(r.Info.OS + "/" + r.Info.Arch)},
		{"kernels", printable(r.Info.Path)}, {"threads", fmt.Sprint(r.Info.Threads)}, {"seed", fmt.Sprint(r.Info.Seed)}}
}

// Difference is a setting in which runs differ: a value for each run, "" where it has none.
type Difference struct {
	Name   string
	Values []string
}

// Differences are the settings that are not the same in all runs, in the order of the first run that has them.
func Differences(runs []*Run) []Difference {
	var names []string
	values := make([]map[string]string, len(runs))
	for i, r := range runs {
		values[i] = map[string]string{}
		for _, o := range slices.Concat(r.settings(), r.environment()) {
			if _, seen := values[i][o.Name]; !seen && !slices.Contains(names, o.Name) {
				names = append(names, o.Name)
			}
			values[i][o.Name] = o.Value
		}
	}
	var differ []Difference
	for _, name := range names {
		d := Difference{Name: name}
		same := true
		for _, v := range values {
			d.Values = append(d.Values, v[name])
			same = same && v[name] == d.Values[0]
		}
		if !same {
			differ = append(differ, d)
		}
	}
	return differ
}
