package api

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"earshot/survey"
)

// checkParameter holds a parameter against the tags beside it: required, min and max of a number, max of a text in
// characters, oneof. What a body must be, the domain says.
func checkParameter(v reflect.Value, name string, tag reflect.StructTag) error {
	switch {
	case v.IsZero() && tag.Get("required") != "":
		return survey.InvalidField(name, "is required")
	case v.Kind() == reflect.String:
		return checkText(v.String(), name, tag)
	case v.Kind() == reflect.Int:
		return checkNumber(int(v.Int()), name, tag)
	}
	return nil
}

// checkText checks the length of a text, and that it is one of the values that are allowed.
func checkText(text, name string, tag reflect.StructTag) error {
	if longest, err := strconv.Atoi(tag.Get("max")); err == nil && utf8.RuneCountInString(text) > longest {
		return survey.InvalidField(name, "must have at most %d characters", longest)
	}
	allowed := strings.Fields(tag.Get("oneof"))
	if len(allowed) > 0 && text != "" && !slices.Contains(allowed, text) {
		return survey.InvalidField(name, "must be one of %s", strings.Join(allowed, ", "))
	}
	return nil
}

// checkNumber checks the bounds of a whole number.
func checkNumber(n int, name string, tag reflect.StructTag) error {
	if least, err := strconv.Atoi(tag.Get("min")); err == nil && n < least {
		return survey.InvalidField(name, "must be at least %d", least)
	}
	if most, err := strconv.Atoi(tag.Get("max")); err == nil && n > most {
		return survey.InvalidField(name, "must be at most %d", most)
	}
	return nil
}
