package survey

import (
	"reflect"
	"strconv"
	"strings"
)

// Limits are how long or how large a field may be. They are read from the rules that the domain holds the field against, so
// that nobody tells them twice.
type Limits struct {
	// MaxLength is the most characters of a text, of each wording of a Text; 0 leaves it open.
	MaxLength int
	// MaxItems is the most entries of a list; 0 leaves it open.
	MaxItems int
	// Least and Most bound a number, e.g. "0" and "1000000000000"; empty leaves it open.
	Least, Most string
	// Choices are the values that it may have; nil leaves it open.
	Choices []string
}

// LimitsOf returns the limits of the fields of T, a struct with rules in its validate tags, by their names in JSON.
func LimitsOf[T any]() map[string]Limits {
	found := map[string]Limits{}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[T]()) {
		if rules, ok := field.Tag.Lookup("validate"); ok {
			found[nameInJSON(field)] = limitsOf(field.Type, rules)
		}
	}
	return found
}

// nameInJSON is how a field is called in JSON.
func nameInJSON(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// limitsOf reads the limits from the rules of a field of that type.
func limitsOf(t reflect.Type, rules string) (l Limits) {
	kind := t.Kind()
	inKeys := false
	for rule := range strings.SplitSeq(rules, ",") {
		name, param, _ := strings.Cut(rule, "=")
		switch {
		case name == "keys", name == "endkeys":
			inKeys = name == "keys"
		case name == "dive" && (kind == reflect.Map || kind == reflect.Slice):
			t = t.Elem()
			kind = t.Kind()
		case !inKeys:
			l.add(kind, name, param)
		}
	}
	return l
}

// add notes one rule for a value of that kind.
func (l *Limits) add(kind reflect.Kind, rule, param string) {
	switch rule {
	case "oneof":
		l.Choices = strings.Fields(param)
	case "max", "lte":
		switch kind {
		case reflect.String:
			l.MaxLength, _ = strconv.Atoi(param)
		case reflect.Slice, reflect.Map:
			l.MaxItems, _ = strconv.Atoi(param)
		default:
			l.Most = decimal(param)
		}
	case "min", "gte":
		if kind != reflect.String && kind != reflect.Slice && kind != reflect.Map {
			l.Least = decimal(param)
		}
	}
}

// decimal writes a number without an exponent.
func decimal(n string) string {
	f, err := strconv.ParseFloat(n, 64)
	if err != nil {
		return ""
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}
