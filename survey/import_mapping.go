package survey

import (
	"maps"
	"slices"
	"strings"
	"unicode"
)

// Mapping says which column of a file holds which field: the field's name to the column's heading.
type Mapping map[string]string

// headingKey folds a heading for comparison: without case, accents and everything that is neither letter nor digit.
func headingKey(heading string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, nameKey(heading))
}

// ignored returns the headings that no field takes.
func (m Mapping) ignored(headings []string) []string {
	used := slices.Collect(maps.Values(m))
	return slices.DeleteFunc(slices.Clone(headings), func(h string) bool { return slices.Contains(used, h) })
}

// missing returns the required fields that no column holds.
func (m Mapping) missing(fields []ImportField) []string {
	list := []string{}
	for _, f := range fields {
		if f.Required && m[f.Name] == "" && !slices.ContainsFunc(f.instead, func(name string) bool { return m[name] != "" }) {
			list = append(list, f.Name)
		}
	}
	return list
}

// merge lays what the caller says over the guess. A field with an empty heading is not to be read; a column that the
// caller gives to one field is taken from the other that was guessed.
func (m Mapping) merge(given Mapping, fields []ImportField, headings []string) (Mapping, error) {
	merged := maps.Clone(m)
	for _, name := range slices.Sorted(maps.Keys(given)) {
		heading := given[name]
		if !slices.ContainsFunc(fields, func(f ImportField) bool { return f.Name == name }) {
			return nil, InvalidField("mapping."+name, "is no field of such a file; the fields are %s", strings.Join(fieldNames(fields), ", "))
		}
		column := findHeading(headings, heading)
		if heading != "" && column == "" {
			return nil, InvalidField("mapping."+name, "names no column; the columns are %s", strings.Join(headings, ", "))
		}
		for other, h := range merged {
			if _, chosen := given[other]; h == column && !chosen {
				delete(merged, other)
			}
		}
		if merged[name] = column; column == "" {
			delete(merged, name)
		}
	}
	return merged, nil
}

// findHeading returns the heading that is meant, whatever its case and spaces; empty if there is none.
func findHeading(headings []string, meant string) string {
	if slices.Contains(headings, meant) {
		return meant
	}
	for _, h := range headings {
		if headingKey(h) == headingKey(meant) && headingKey(h) != "" {
			return h
		}
	}
	return ""
}

func fieldNames(fields []ImportField) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return names
}
