package frontend

import (
	"time"

	"github.com/go-playground/locales"
	"github.com/go-playground/locales/ar"
	"github.com/go-playground/locales/de"
	"github.com/go-playground/locales/en_GB"
	"github.com/go-playground/locales/es"
	"github.com/go-playground/locales/fr"
)

// calendars know how each language writes a day (CLDR). English is that of Europe, for "1/2" and "December 1" are read either way.
var calendars = map[string]locales.Translator{"en": en_GB.New(), "de": de.New(), "fr": fr.New(), "es": es.New(), "ar": ar.New()}

// day writes the day of a time in its own zone: "1 December 2026".
func (c *chrome) day(t time.Time) string { return calendars[c.Tag].FmtDateLong(t) }
