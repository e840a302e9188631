package api

import (
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"earshot/survey"
)

// The years within which times are taken: beyond them engines and calendars reckon differently, or not at all.
const firstYear, lastYear = 1900, 2199

// timeBounds is said of a time beyond.
const timeBounds = "must lie in the years 1900 to 2199"

// boundedTime says whether a time lies within the bounds.
func boundedTime(t time.Time) bool {
	year := t.UTC().Year()
	return year >= firstYear && year <= lastYear
}

// readBoundedTime reads a time of a body and holds it within the bounds.
func readBoundedTime(dec *jsontext.Decoder, t *time.Time) error {
	if dec.PeekKind() != '"' {
		return json.SkipFunc
	}
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	var text string
	if err := json.Unmarshal(value, &text); err != nil {
		return err
	}
	parsed, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return &survey.Error{Kind: survey.Invalid, Message: "must be a time as in RFC 3339, e.g. 2026-01-31T09:30:00Z"}
	}
	if !boundedTime(parsed) {
		return &survey.Error{Kind: survey.Invalid, Message: timeBounds}
	}
	*t = parsed
	return nil
}
