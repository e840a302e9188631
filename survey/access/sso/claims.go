package sso

import (
	"strings"
	"time"
)

// claims are what a provider tells of a person, by their names. Providers differ in how they tell it.
type claims map[string]any

// text returns a claim that is a text; empty where it is none.
func (c claims) text(name string) string {
	text, _ := c[name].(string)
	return text
}

// truth says whether a claim is true. Some providers write it as a text.
func (c claims) truth(name string) bool {
	return c[name] == true || c[name] == "true"
}

// moment returns a claim that is a time, in seconds since 1970; zero where it is none.
func (c claims) moment(name string) time.Time {
	seconds, isNumber := c[name].(float64)
	if !isNumber || seconds <= 0 {
		return time.Time{}
	}
	return time.Unix(int64(seconds), 0).UTC()
}

// at returns what stands under a name or, with dots in it, in what stands there; nil where there is nothing.
func (c claims) at(path string) any {
	if value, there := c[path]; there {
		return value
	}
	name, rest, deeper := strings.Cut(path, ".")
	inner, isObject := c[name].(map[string]any)
	if !deeper || !isObject {
		return nil
	}
	return claims(inner).at(rest)
}

// list returns the texts of a list, or the one text that stands in its place.
func (c claims) list(path string) []string {
	var texts []string
	switch value := c.at(path).(type) {
	case string:
		texts = append(texts, value)
	case []any:
		for _, each := range value {
			if text, ok := each.(string); ok {
				texts = append(texts, text)
			}
		}
	}
	return texts
}
