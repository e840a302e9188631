package survey

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/go-playground/validator/v10"
	"golang.org/x/text/unicode/norm"

	"earshot/survey/address"
	"earshot/survey/contrast"
	"earshot/survey/workdays"
)

// tidy returns s as it is stored: without surrounding space, and composed (NFC), so that what looks equal is equal.
func tidy(s string) string { return norm.NFC.String(strings.TrimSpace(s)) }

// check holds a struct against its validate tags. It returns nil or an Invalid *Error that names each field by its path
// in JSON and says what to do.
func check(input any) error {
	err := rules().Struct(input)
	if err == nil {
		return nil
	}
	var broken validator.ValidationErrors
	if !errors.As(err, &broken) {
		return err
	}
	fields := make([]FieldError, len(broken))
	for i, b := range broken {
		_, path, _ := strings.Cut(b.Namespace(), ".")
		fields[i] = FieldError{Field: path, Message: clause(b.Tag(), b.Param(), b.Kind())}
		switch b.Tag() {
		case "mailbox":
			fields[i].Message = addressClause(address.Parse(fmt.Sprint(b.Value())))
		case "mailrule":
			fields[i].Message = addressClause(address.ParseRule(fmt.Sprint(b.Value())))
		}
	}
	return invalid(fields...)
}

// invalid returns an Invalid error about these fields.
func invalid(fields ...FieldError) *Error {
	return &Error{Kind: Invalid, Message: "the input is not valid", Fields: fields}
}

// rules is the one validator: it never changes once made, and caches what it learns of types.
var rules = sync.OnceValue(func() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(nameInJSON)
	for tag, holds := range map[string]func(string) bool{
		"printable": printable, "prose": prose, "identifier": identifier, "mailbox": mailbox, "mailrule": mailrule, "date": isDate, "country": isCountry, "colour": isColour,
	} {
		err := v.RegisterValidation(tag, func(f validator.FieldLevel) bool { return holds(f.Field().String()) })
		if err != nil {
			panic("survey: rule " + tag + ": " + err.Error())
		}
	}
	v.RegisterStructValidation(checkPause, Customer{})
	return v
})

// checkPause says where a customer's pause ends without or before its beginning.
func checkPause(level validator.StructLevel) {
	c := level.Current().Interface().(Customer)
	switch {
	case c.PausedFrom == "" && c.PausedUntil != "":
		level.ReportError(c.PausedFrom, "paused_from", "PausedFrom", "beginning", "")
	case c.PausedUntil != "" && isDate(string(c.PausedFrom)) && isDate(string(c.PausedUntil)) && c.PausedUntil <= c.PausedFrom:
		level.ReportError(c.PausedUntil, "paused_until", "PausedUntil", "later", string(c.PausedFrom))
	}
}

// printable says whether s is one line of valid UTF-8 without control characters.
func printable(s string) bool { return wellFormed(s, false) }

// prose says whether s is valid UTF-8 without control characters other than line breaks and tabs.
func prose(s string) bool { return wellFormed(s, true) }

func wellFormed(s string, lines bool) bool {
	for i, r := range s {
		switch {
		case r == utf8.RuneError:
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return false
			}
		case lines && (r == '\n' || r == '\t'):
		case unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return false
		}
	}
	return true
}

// identifier says whether s consists of lower-case letters, digits and underscores and begins with a letter.
func identifier(s string) bool {
	for i, r := range s {
		letter := r >= 'a' && r <= 'z'
		if !letter && (i == 0 || r != '_' && (r < '0' || r > '9')) {
			return false
		}
	}
	return s != ""
}

// mailbox says whether s is an address that we can mail.
func mailbox(s string) bool { return addressClause(address.Parse(s)) == "" }

// mailrule says whether s is an address that we can mail, or everybody at a domain.
func mailrule(s string) bool { return addressClause(address.ParseRule(s)) == "" }

// addressClause says what is wrong with an address; empty if nothing is.
func addressClause(_ address.Address, err error) string {
	if err != nil {
		return err.Error()
	}
	return ""
}

// isCountry says whether s is the code of a country.
func isCountry(s string) bool {
	_, known := workdays.Country(s)
	return known
}

// isColour says whether s is a colour as pickers write it.
func isColour(s string) bool {
	_, ok := contrast.Parse(s)
	return ok
}

// clause says in words what a rule asks for.
func clause(tag, param string, kind reflect.Kind) string {
	switch tag {
	case "required":
		return "is required"
	case "oneof":
		return "must be one of " + strings.Join(strings.Fields(param), ", ")
	case "max", "lte":
		return bound("at most", param, kind)
	case "min", "gte":
		return bound("at least", param, kind)
	case "country":
		return "must be a country by its ISO code or name, such as DE or Germany, or a region such as DE-BY"
	case "timezone":
		return "must be the name of a time zone, such as Europe/Berlin"
	case "bcp47_language_tag":
		return "must be a language tag, such as en or pt-BR"
	case "date":
		return "must be a date, such as 2026-12-31"
	case "beginning":
		return "is required where paused_until is given"
	case "later":
		return "must be later than paused_from, " + param
	case "unique":
		return "must not hold anything twice"
	case "printable":
		return "must be one line of text in UTF-8, without control characters"
	case "prose":
		return "must be text in UTF-8, without control characters"
	case "colour":
		return "must be a colour as # and six hexadecimal digits, such as #0b5a6e"
	case "identifier":
		return "must begin with a letter from a to z and hold only such letters, digits and underscores"
	}
	return "is not valid"
}

// bound says how long or large something may be.
func bound(limit, n string, kind reflect.Kind) string {
	one, several := "character", "characters"
	switch kind {
	case reflect.String:
	case reflect.Slice, reflect.Map, reflect.Array:
		one, several = "entry", "entries"
	default:
		return fmt.Sprintf("must be %s %s", limit, n)
	}
	if n == "1" {
		several = one
	}
	return fmt.Sprintf("must have %s %s %s", limit, n, several)
}
